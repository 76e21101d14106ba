package org.edm2search.model;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Estimates clean images from noisy ones: D(x; σ, c) of Karras et al. 2022 (EDM), equation 7. */
@FunctionalInterface
public interface Denoiser {

  /**
   * Denoises a batch.
   *
   * @param images noisy images, float32 [N, C, H, W]
   * @param sigma noise level of each image, float32 [N], greater than 0
   * @param labels one-hot classes, float32 [N, classes]; null for none. An unconditional network
   *     ignores them, a conditional one takes null as all zeros
   * @return clean images, float32 [N, C, H, W]. The array belongs to the denoiser and is
   *     overwritten by its next call: copy what must outlive it
   */
  INDArray denoise(INDArray images, INDArray sigma, @Nullable INDArray labels);
}
