package org.edm2search.model.profile;

/**
 * One way to run a network.
 *
 * @param kind what runs
 * @param batch images at once
 */
public record Pass(Kind kind, int batch) {

  /** What runs. */
  public enum Kind {
    /** One evaluation of the denoiser. */
    DENOISING,
    /** Weight normalization, the loss and its gradients; without the optimizer. */
    TRAINING
  }

  public Pass {
    if (batch < 1) {
      throw new IllegalArgumentException("a pass needs at least 1 image, but has " + batch);
    }
  }
}
