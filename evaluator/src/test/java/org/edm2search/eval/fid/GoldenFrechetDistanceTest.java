package org.edm2search.eval.fid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.nio.file.Path;
import java.util.Random;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.TensorFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoldenFrechetDistanceTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void distanceAgrees(int number) throws Exception {
    TensorFile golden =
        Safetensors.read(Path.of(getClass().getResource("/golden/fid.safetensors").toURI()));
    String name = "case" + number;
    double expected = Double.parseDouble(golden.metadata().get(name + "/fid"));

    double distance =
        FrechetDistance.between(
            FeatureStatistics.of(rows(golden.tensors().get(name + "/generated"))),
            FeatureStatistics.of(rows(golden.tensors().get(name + "/real"))));

    assertThat(distance).isCloseTo(expected, within(1e-6 * expected));
  }

  private static double[][] rows(Tensor tensor) {
    int columns = tensor.shape().get(1);
    double[][] rows = new double[tensor.shape().get(0)][columns];
    for (int i = 0; i < tensor.values().length; i++) {
      rows[i / columns][i % columns] = tensor.values()[i];
    }
    return rows;
  }

  private static double[][] gaussian(int count, int dimensions, double scale, long seed) {
    Random random = new Random(seed);
    double[][] rows = new double[count][dimensions];
    for (double[] row : rows) {
      for (int i = 0; i < dimensions; i++) {
        row[i] = 100 + scale * random.nextGaussian() / (i + 1);
      }
    }
    return rows;
  }

  @Test
  void mergedStatisticsEqualThoseOfTheUnion() {
    double[][] all = gaussian(100, 5, 1, 1);
    double[][] head = java.util.Arrays.copyOf(all, 30);
    double[][] tail = java.util.Arrays.copyOfRange(all, 30, 100);

    FeatureStatistics merged = FeatureStatistics.of(head).merge(FeatureStatistics.of(tail));
    FeatureStatistics expected = FeatureStatistics.of(all);

    assertThat(merged.count()).isEqualTo(100);
    assertThat(merged.mean()).usingComparatorWithPrecision(1e-10).containsExactly(expected.mean());
    assertThat(merged.covariance())
        .usingComparatorWithPrecision(1e-10)
        .containsExactly(expected.covariance());
  }

  @Test
  void distanceToItselfIsZeroAndGrowsWithTheShift() {
    FeatureStatistics a = FeatureStatistics.of(gaussian(200, 8, 1, 2));
    FeatureStatistics b = FeatureStatistics.of(gaussian(200, 8, 1.5, 3));
    assertThat(FrechetDistance.between(a, a)).isCloseTo(0, within(1e-9));
    assertThat(FrechetDistance.between(a, b))
        .isCloseTo(FrechetDistance.between(b, a), within(1e-9))
        .isPositive();
  }

  @Test
  void allPrincipalAxesGiveTheWholeDistanceAndFewLess() {
    double[][] rows = gaussian(200, 8, 1, 2);
    FeatureStatistics a = FeatureStatistics.of(rows);
    FeatureStatistics b = FeatureStatistics.of(gaussian(200, 8, 1.5, 3));
    double whole = FrechetDistance.between(a, b);
    PrincipalAxes all = new FrechetDistance(b).principalAxes(8);
    PrincipalAxes few = new FrechetDistance(b).principalAxes(3);
    assertThat(FrechetDistance.between(all.project(a), all.reference()))
        .isCloseTo(whole, within(1e-8));
    assertThat(new FrechetDistance(all.reference()).of(all.project(rows)))
        .isCloseTo(whole, within(1e-8));
    assertThat(new FrechetDistance(few.reference()).of(few.project(rows))).isLessThan(whole);
  }

  @Test
  void fewRowsOfManyFeaturesGiveTheDistanceOfTheirStatistics() {
    double[][] rows = gaussian(12, 30, 1, 2);
    FeatureStatistics reference = FeatureStatistics.of(gaussian(200, 30, 1.5, 3));
    assertThat(new FrechetDistance(reference).of(rows))
        .isCloseTo(FrechetDistance.between(FeatureStatistics.of(rows), reference), within(1e-6));
  }

  /** Of few and many rows, the jackknife's scatter is the one that fresh draws show. */
  @ParameterizedTest
  @CsvSource({"60, 100", "400, 20"})
  void theJackknifeKnowsTheScatter(int count, int dimensions) {
    FrechetDistance distance =
        new FrechetDistance(FeatureStatistics.of(gaussian(2000, dimensions, 1.5, 3)));
    int draws = 60;
    double sum = 0;
    double squares = 0;
    double told = 0;
    for (int i = 0; i < draws; i++) {
      double[][] rows = gaussian(count, dimensions, 1, 100 + i);
      Estimate estimate = distance.jackknife(rows);
      assertThat(estimate.value()).isCloseTo(distance.of(rows), within(1e-9));
      sum += estimate.value();
      squares += estimate.value() * estimate.value();
      told += estimate.standardDeviation() / draws;
    }
    double mean = sum / draws;
    double scatter = Math.sqrt(squares / draws - mean * mean);
    // The scatter itself is known to a tenth from so many draws.
    assertThat(told).isBetween(0.7 * scatter, 1.4 * scatter);
    assertThat(told)
        .isCloseTo(
            distance.estimate(gaussian(count, dimensions, 1, 100), 7).standardDeviation(),
            withinPercentage(30));
  }

  @Test
  void featuresOfOtherDimensionsAreRefused() {
    FeatureStatistics a = FeatureStatistics.of(gaussian(20, 8, 1, 2));
    FeatureStatistics b = FeatureStatistics.of(gaussian(20, 7, 1, 2));
    assertThatThrownBy(() -> FrechetDistance.between(a, b))
        .hasMessageContaining("8 features with 7");
  }
}
