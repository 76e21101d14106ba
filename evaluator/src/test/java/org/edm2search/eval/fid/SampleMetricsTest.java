package org.edm2search.eval.fid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SampleMetricsTest {

  private static double[][] normal(int count, int dimensions, double mean, double sd, long seed) {
    Random random = new Random(seed);
    double[][] rows = new double[count][dimensions];
    for (double[] row : rows) {
      Arrays.setAll(row, i -> mean + sd * random.nextGaussian());
    }
    return rows;
  }

  /** The definition, term by term (Gretton et al. 2012, equation 3). */
  private static double byDefinition(double[][] x, double[][] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < x.length; j++) {
        sum += i == j ? 0 : kernel(x[i], x[j]) / x.length / (x.length - 1);
      }
    }
    for (int i = 0; i < y.length; i++) {
      for (int j = 0; j < y.length; j++) {
        sum += i == j ? 0 : kernel(y[i], y[j]) / y.length / (y.length - 1);
      }
    }
    for (double[] a : x) {
      for (double[] b : y) {
        sum -= 2 * kernel(a, b) / x.length / y.length;
      }
    }
    return sum;
  }

  private static double kernel(double[] a, double[] b) {
    double product = 0;
    for (int i = 0; i < a.length; i++) {
      product += a[i] * b[i];
    }
    return Math.pow(product / a.length + 1, 3);
  }

  @Test
  void kernelDistanceIsItsDefinition() {
    double[][] real = normal(600, 6, 0.3, 1, 1);
    double[][] rows = normal(270, 6, 0, 1.2, 2);
    assertThat(new KernelDistance(real).of(rows).value())
        .isCloseTo(byDefinition(rows, real), within(1e-9));
  }

  @Test
  void kernelDistanceIsUnbiasedAndKnowsItsScatter() {
    double[][] real = normal(2000, 4, 0, 1, 3);
    KernelDistance distance = new KernelDistance(real);
    int repetitions = 200;
    double sum = 0;
    double squares = 0;
    double deviations = 0;
    for (int i = 0; i < repetitions; i++) {
      // Drawn from the reference itself, so that the expected distance is 0 but for the reference's
      // own missing diagonal.
      Random random = new Random(100 + i);
      double[][] rows = new double[20][];
      Arrays.setAll(rows, k -> real[random.nextInt(real.length)]);
      Estimate estimate = distance.of(rows);
      sum += estimate.value();
      squares += estimate.value() * estimate.value();
      deviations += estimate.standardDeviation();
    }
    double mean = sum / repetitions;
    double scatter = Math.sqrt(squares / repetitions - mean * mean);
    assertThat(mean).isCloseTo(0, within(4 * scatter / Math.sqrt(repetitions)));
    assertThat(deviations / repetitions).isBetween(0.5 * scatter, 2 * scatter);
  }

  @Test
  void densityAndCoverageOfImagesOnALine() {
    // Real images at 0 … 9: every radius is the distance to the fifth neighbour.
    double[][] real = new double[10][];
    Arrays.setAll(real, i -> new double[] {i});
    // Radii: 5 4 3 3 3 3 3 3 4 5, so a sample at 0 lies in the balls of 0, 1 and 2 only.
    DensityCoverage one = DensityCoverage.of(new double[][] {{0}}, real);
    assertThat(one.density()).isCloseTo(3 / 5.0, within(1e-12));
    assertThat(one.coverage()).isCloseTo(3 / 10.0, within(1e-12));

    DensityCoverage far = DensityCoverage.of(new double[][] {{100}}, real);
    assertThat(far.density()).isZero();
    assertThat(far.coverage()).isZero();
  }

  @Test
  void missingModesLowerCoverageAndNotDensity() {
    double[][] real = normal(600, 3, 0, 1, 4);
    for (int i = 0; i < 300; i++) {
      real[i][0] += 20;
    }
    DensityCoverage all = DensityCoverage.of(concat(300, 5, 20), real);
    DensityCoverage half = DensityCoverage.of(normal(600, 3, 0, 1, 6), real);
    assertThat(all.coverage()).isGreaterThan(0.9);
    assertThat(half.coverage()).isLessThan(0.55);
    assertThat(half.density()).isGreaterThan(0.8);
  }

  private static double[][] concat(int each, long seed, double shift) {
    double[][] rows = normal(2 * each, 3, 0, 1, seed);
    for (int i = 0; i < each; i++) {
      rows[i][0] += shift;
    }
    return rows;
  }

  @Test
  void copiesAreFoundAndNewImagesAreNot() {
    double[][] training = normal(2000, 8, 0, 1, 7);
    NearestNeighbours heldOut = new NearestNeighbours(normal(500, 8, 0, 1, 8));
    NearestNeighbours fresh = new NearestNeighbours(normal(500, 8, 0, 1, 9));
    double[][] copies = normal(500, 8, 0, 1, 10);
    for (int i = 0; i < 100; i++) {
      copies[i] = training[17 * i].clone();
      copies[i][0] += 1e-3;
    }
    NearestNeighbours memorizing = new NearestNeighbours(copies);
    for (int first = 0; first < training.length; first += 300) {
      double[][] batch =
          Arrays.copyOfRange(training, first, Math.min(first + 300, training.length));
      heldOut.add(batch);
      fresh.add(batch);
      memorizing.add(batch);
    }
    assertThat(NearestNeighbours.memorizedShare(fresh.distances(), heldOut.distances()))
        .isLessThan(0.04);
    assertThat(NearestNeighbours.memorizedShare(memorizing.distances(), heldOut.distances()))
        .isBetween(0.2, 0.24);
    assertThat(memorizing.indices()[5]).isEqualTo(85);
    assertThat(memorizing.distances()[5]).isCloseTo(1e-3, within(1e-9));
  }
}
