package org.edm2search.train;

import java.nio.FloatBuffer;

/**
 * Adam (Kingma and Ba 2015) over one flat vector, with PyTorch's placement of ε; EDM2's settings.
 * Not a number counts as no gradient.
 */
public final class Adam {

  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.99;
  private static final double EPSILON = 1e-8;

  private final float[] first;
  private final float[] second;

  /** Continues from the given moments, which it updates in place. */
  public Adam(float[] first, float[] second) {
    this.first = first;
    this.second = second;
  }

  /**
   * Takes a step.
   *
   * @param step 1 for the first
   * @param gradientScale factor of the gradients
   */
  public void step(
      FloatBuffer parameters,
      FloatBuffer gradients,
      double gradientScale,
      double learningRate,
      long step) {
    float rate = (float) (learningRate / (1 - Math.pow(BETA1, step)));
    float correction = (float) (1 / Math.sqrt(1 - Math.pow(BETA2, step)));
    float scale = (float) gradientScale;
    for (int i = 0; i < first.length; i++) {
      float gradient = gradients.get(i) * scale;
      if (!Float.isFinite(gradient)) {
        gradient = 0;
      }
      float m = first[i] + (float) (1 - BETA1) * (gradient - first[i]);
      float v = (float) BETA2 * second[i] + (float) (1 - BETA2) * gradient * gradient;
      first[i] = m;
      second[i] = v;
      float denominator = (float) Math.sqrt(v) * correction + (float) EPSILON;
      parameters.put(i, parameters.get(i) - rate * m / denominator);
    }
  }
}
