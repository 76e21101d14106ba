package org.edm2search.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AdamTest {

  @Test
  void stepsFollowTheDefinitionInDouble() {
    int size = 50;
    Random random = new Random(1);
    float[] start = new float[size];
    double[] expected = new double[size];
    double[] m = new double[size];
    double[] v = new double[size];
    for (int i = 0; i < size; i++) {
      start[i] = (float) random.nextGaussian();
      expected[i] = start[i];
    }
    FloatBuffer parameters = FloatBuffer.wrap(start);
    Adam adam = new Adam(new float[size], new float[size]);
    for (int step = 1; step <= 30; step++) {
      float[] gradients = new float[size];
      double rate = 0.01 / step;
      for (int i = 0; i < size; i++) {
        gradients[i] = (float) (random.nextGaussian() * Math.pow(10, i % 5 - 2));
        double gradient = 4.0 * gradients[i];
        m[i] = 0.9 * m[i] + 0.1 * gradient;
        v[i] = 0.99 * v[i] + 0.01 * gradient * gradient;
        double corrected = m[i] / (1 - Math.pow(0.9, step));
        double scale = Math.sqrt(v[i] / (1 - Math.pow(0.99, step)));
        expected[i] -= rate * corrected / (scale + 1e-8);
      }
      adam.step(parameters, FloatBuffer.wrap(gradients), 4, rate, step);
    }
    for (int i = 0; i < size; i++) {
      assertThat((double) parameters.get(i)).isCloseTo(expected[i], within(2e-6));
    }
  }

  @Test
  void whatIsNotFiniteIsNoGradient() {
    FloatBuffer parameters = FloatBuffer.wrap(new float[] {1, 2, 3});
    FloatBuffer gradients = FloatBuffer.wrap(new float[] {Float.NaN, Float.POSITIVE_INFINITY, 1});

    new Adam(new float[3], new float[3]).step(parameters, gradients, 1, 0.5, 1);

    assertThat(parameters.array()).containsExactly(1, 2, 2.5f);
  }
}
