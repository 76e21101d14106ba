package org.edm2search.eval.sampling;

import org.edm2search.model.Denoiser;
import org.edm2search.model.sampling.SigmaInterval;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network guided by a worse denoiser: D = D_guide + w·(D_main − D_guide) inside an interval of
 * noise levels, D_main outside. With a smaller or less trained network as guide it is autoguidance
 * (Karras et al. 2024, arXiv 2406.02507), with the network itself without its class it is
 * classifier-free guidance (Ho and Salimans 2022, arXiv 2207.12598).
 *
 * @param main the network
 * @param guide the worse denoiser; an unconditional one ignores labels
 * @param weight w; 1 is no guidance, and the guide is not run
 * @param interval the noise levels that are guided; the guide is not run where no image of a batch
 *     is inside
 */
public record GuidedDenoiser(Denoiser main, Denoiser guide, double weight, SigmaInterval interval)
    implements Denoiser {

  public GuidedDenoiser {
    if (!(weight >= 0 && weight <= 100)) {
      throw new IllegalArgumentException(
          "the guidance weight must be between 0 and 100, but is " + weight);
    }
  }

  /**
   * Returns classifier-free guidance: D(∅) + w·(D(c) − D(∅)), the empty class being the vector of
   * zeros.
   *
   * @param network trained without its class on a share of the images
   */
  public static GuidedDenoiser classifierFree(
      Denoiser network, double weight, SigmaInterval interval) {
    Denoiser withoutClass = (images, sigma, labels) -> network.denoise(images, sigma, null);
    return new GuidedDenoiser(network, withoutClass, weight, interval);
  }

  @Override
  public INDArray denoise(INDArray images, INDArray sigma, @Nullable INDArray labels) {
    double[] levels = sigma.toDoubleVector();
    if (interval.count(levels) == 0 || weight == 1) {
      return main.denoise(images, sigma, labels);
    }
    try (INDArray ofMain = Nd4j.create(DataType.FLOAT, levels.length, 1, 1, 1);
        INDArray ofGuide = Nd4j.create(DataType.FLOAT, levels.length, 1, 1, 1)) {
      for (int i = 0; i < levels.length; i++) {
        double own = interval.contains(levels[i]) ? weight : 1;
        ofMain.putScalar(i, own);
        ofGuide.putScalar(i, 1 - own);
      }
      // Main and guide may be one network: the first result is copied before the second call.
      INDArray mixed = guide.denoise(images, sigma, labels).mul(ofGuide);
      return mixed.addi(main.denoise(images, sigma, labels).mul(ofMain));
    }
  }
}
