package org.edm2search.eval.sampling;

import org.edm2search.model.Denoiser;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Guides a network by a worse version of itself: D = D_guide + w·(D_main − D_guide) (Karras et al.
 * 2024, arXiv 2406.02507).
 *
 * @param main the network
 * @param guide a smaller or less trained one; an unconditional one ignores labels
 * @param weight w; 1 is no guidance, and the guide is not run
 */
public record Autoguidance(Denoiser main, Denoiser guide, double weight) implements Denoiser {

  public Autoguidance {
    if (!(weight >= 0 && weight <= 100)) {
      throw new IllegalArgumentException(
          "the guidance weight must be between 0 and 100, but is " + weight);
    }
  }

  @Override
  public INDArray denoise(INDArray images, INDArray sigma, INDArray labels) {
    if (weight == 1) {
      return main.denoise(images, sigma, labels);
    }
    // Main and guide may be one network: the first result is copied before the second call.
    INDArray guided = guide.denoise(images, sigma, labels).mul(1 - weight);
    return guided.addi(main.denoise(images, sigma, labels).mul(weight));
  }
}
