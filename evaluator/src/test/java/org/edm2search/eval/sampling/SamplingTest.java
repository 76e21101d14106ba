package org.edm2search.eval.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.edm2search.model.Denoiser;
import org.edm2search.model.sampling.Churn;
import org.edm2search.model.sampling.SigmaInterval;
import org.edm2search.model.sampling.SigmaSchedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SamplingTest {

  private static final SigmaSchedule SCHEDULE = new SigmaSchedule(12, 0.01, 50, 5);

  /** The exact denoiser of normal data: mean 0.3, standard deviation 0.5. */
  private static double exact(double x, double sigma) {
    return (0.25 * x + sigma * sigma * 0.3) / (0.25 + sigma * sigma);
  }

  private static INDArray exact(INDArray images, INDArray sigma, INDArray labels) {
    INDArray result = images.dup();
    for (int n = 0; n < images.size(0); n++) {
      for (int k = 0; k < 4; k++) {
        int at = 4 * n + k;
        result.putScalar(at, exact(images.getDouble(at), sigma.getDouble(n)));
      }
    }
    return result;
  }

  private static INDArray latents() {
    float[] values = new float[12];
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Nd4j.createFromArray(values).reshape(3, 1, 2, 2);
  }

  private static List<RandomGenerator> generators() {
    return List.of(new SplittableRandom(7), new SplittableRandom(8), new SplittableRandom(9));
  }

  /** Algorithm 2 of EDM for one pixel, its noise taken from {@code fresh}. */
  private static double algorithm2(double latent, Churn churn, double[] fresh) {
    double[] t = SCHEDULE.sigmas();
    double x = t[0] * latent;
    int drawn = 0;
    for (int i = 0; i < SCHEDULE.steps(); i++) {
      double gamma = 0;
      if (churn.amount() > 0 && churn.sigmaMin() <= t[i] && t[i] <= churn.sigmaMax()) {
        gamma = Math.min(churn.amount() / SCHEDULE.steps(), Math.sqrt(2) - 1);
      }
      double hat = t[i] + gamma * t[i];
      double xHat = x;
      if (gamma > 0) {
        xHat += Math.sqrt(hat * hat - t[i] * t[i]) * churn.noise() * fresh[drawn++];
      }
      double d = (xHat - exact(xHat, hat)) / hat;
      x = xHat + (t[i + 1] - hat) * d;
      if (t[i + 1] != 0) {
        double dNext = (x - exact(x, t[i + 1])) / t[i + 1];
        x = xHat + (t[i + 1] - hat) * (d / 2 + dNext / 2);
      }
    }
    return x;
  }

  private static void assertFollowsAlgorithm2(Churn churn) {
    INDArray latents = latents();
    float[] images =
        new HeunSampler(SCHEDULE, churn).sample(SamplingTest::exact, latents, null, generators());
    List<RandomGenerator> random = generators();
    for (int image = 0; image < 3; image++) {
      double[][] fresh = new double[4][SCHEDULE.steps()];
      for (int draw = 0; draw < SCHEDULE.steps(); draw++) {
        for (int pixel = 0; pixel < 4; pixel++) {
          fresh[pixel][draw] = random.get(image).nextGaussian();
        }
      }
      for (int pixel = 0; pixel < 4; pixel++) {
        int at = 4 * image + pixel;
        assertThat((double) images[at])
            .isCloseTo(algorithm2(latents.getDouble(at), churn, fresh[pixel]), within(2e-5));
      }
    }
  }

  @Test
  void deterministicStepsFollowThePaper() {
    assertFollowsAlgorithm2(Churn.NONE);
  }

  @Test
  void churnedStepsFollowThePaper() {
    assertFollowsAlgorithm2(new Churn(4, 0.05, 20, 1.003));
  }

  @Test
  void churnIsLimitedToTheRootOfTwo() {
    assertFollowsAlgorithm2(new Churn(1000, 0, Double.POSITIVE_INFINITY, 1));
  }

  @Test
  void levelsReachTheNetworkOnceATimeAndTheLastStepIsEuler() {
    List<Double> seen = new ArrayList<>();
    new HeunSampler(new SigmaSchedule(3, 0.1, 10, 7), Churn.NONE)
        .sample(
            (images, sigma, labels) -> {
              assertThat(sigma.shape()).containsExactly(3);
              seen.add(sigma.getDouble(0));
              return images.mul(0.5);
            },
            latents(),
            null,
            List.of());
    double middle = new SigmaSchedule(3, 0.1, 10, 7).sigmas()[1];
    assertThat(seen)
        .usingComparatorForType((a, b) -> Math.abs(a - b) < 1e-6 ? 0 : 1, Double.class)
        .containsExactly(10.0, middle, middle, 0.1, 0.1);
  }

  @Test
  void guidanceExtrapolatesFromTheGuide() {
    INDArray shared = Nd4j.create(DataType.FLOAT, 3, 1, 2, 2);
    // One array for all results, as a network that runs twice has.
    Denoiser main = (images, sigma, labels) -> shared.assign(2);
    Denoiser guide = (images, sigma, labels) -> shared.assign(1);
    INDArray guided =
        new GuidedDenoiser(main, guide, 1.7, SigmaInterval.ALL)
            .denoise(latents(), Nd4j.ones(3), null);
    assertThat(guided.reshape(12).toFloatVector())
        .usingComparatorWithPrecision(1e-6f)
        .containsOnly(2.7f);
  }

  @Test
  void weightOneLeavesTheGuideAlone() {
    Denoiser main = (images, sigma, labels) -> images.mul(2);
    Denoiser guide =
        (images, sigma, labels) -> {
          throw new AssertionError("the guide ran");
        };
    assertThat(
            new GuidedDenoiser(main, guide, 1, SigmaInterval.ALL)
                .denoise(latents(), Nd4j.ones(3), null))
        .isEqualTo(latents().mul(2));
    assertThatThrownBy(() -> new GuidedDenoiser(main, guide, Double.NaN, SigmaInterval.ALL))
        .hasMessageContaining("guidance weight");
  }

  /** A linear function of image, noise level and class: what guidance makes of it is known. */
  private static INDArray linear(INDArray images, INDArray sigma, INDArray labels) {
    INDArray result = images.mul(0.5);
    for (int n = 0; n < images.size(0); n++) {
      double shift = labels == null ? 0 : labels.getDouble(n, 0) + 3 * labels.getDouble(n, 1);
      for (int k = 0; k < 4; k++) {
        int at = 4 * n + k;
        result.putScalar(at, result.getDouble(at) + shift / sigma.getDouble(n));
      }
    }
    return result;
  }

  @Test
  void classifierFreeGuidanceExtrapolatesFromTheNetworkWithoutItsClass() {
    INDArray labels = Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}, {0, 0}});
    INDArray sigma = Nd4j.createFromArray(0.5f, 2f, 1f);
    for (double weight : new double[] {0, 0.5, 2, 3.5}) {
      INDArray guided =
          GuidedDenoiser.classifierFree(SamplingTest::linear, weight, SigmaInterval.ALL)
              .denoise(latents(), sigma, labels);
      // D(∅) + w·(D(c) − D(∅)) of a linear network scales its class by w.
      INDArray expected = linear(latents(), sigma, labels.mul(weight));
      assertThat(guided.reshape(12).toFloatVector())
          .usingComparatorWithPrecision(1e-5f)
          .containsExactly(expected.reshape(12).toFloatVector());
    }
  }

  @ParameterizedTest
  @CsvSource({"0, Infinity", "0.1, 5", "0, 0.5", "20, 100"})
  void theGuideRunsInsideItsIntervalAlone(double low, double high) {
    SigmaInterval interval = new SigmaInterval(low, high);
    HeunSampler sampler = new HeunSampler(SCHEDULE, new Churn(3, 0.05, 20, 1));
    List<Double> ofMain = new ArrayList<>();
    List<Double> ofGuide = new ArrayList<>();
    Denoiser main =
        (images, sigma, labels) -> {
          ofMain.add(sigma.getDouble(0));
          return exact(images, sigma, labels);
        };
    Denoiser guide =
        (images, sigma, labels) -> {
          ofGuide.add(sigma.getDouble(0));
          return images.mul(0.1);
        };
    float[] limited =
        sampler.sample(new GuidedDenoiser(main, guide, 2, interval), latents(), null, generators());

    double[] levels = SCHEDULE.evaluatedLevels(sampler.churn());
    assertThat(ofMain).hasSameSizeAs(levels).hasSize(2 * 12 - 1);
    for (int i = 0; i < levels.length; i++) {
      assertThat(ofMain.get(i)).isEqualTo((double) (float) levels[i]);
    }
    assertThat(ofGuide)
        .containsExactlyElementsOf(ofMain.stream().filter(interval::contains).toList());
    assertThat(interval.count(levels)).isEqualTo(ofGuide.size()).isPositive();
    float[] everywhere =
        sampler.sample(
            new GuidedDenoiser(main, guide, 2, SigmaInterval.ALL), latents(), null, generators());
    assertThat(Arrays.equals(limited, everywhere)).isEqualTo(high > 1000);
  }

  @Test
  void imagesOfOneBatchAreGuidedByTheirOwnLevel() {
    SigmaInterval interval = new SigmaInterval(0.5, 2);
    Denoiser main = (images, sigma, labels) -> Nd4j.ones(DataType.FLOAT, 3, 1, 2, 2).muli(2);
    Denoiser guide = (images, sigma, labels) -> Nd4j.ones(DataType.FLOAT, 3, 1, 2, 2);
    INDArray guided =
        new GuidedDenoiser(main, guide, 3, interval)
            .denoise(latents(), Nd4j.createFromArray(0.5f, 2f, 2.1f), null);
    // The lower limit is outside, the upper one inside.
    assertThat(guided.reshape(12).toFloatVector())
        .containsExactly(2, 2, 2, 2, 4, 4, 4, 4, 2, 2, 2, 2);
  }

  @ParameterizedTest
  @CsvSource({"-1, 2", "2, 2", "3, 2", "NaN, 2", "0, NaN"})
  void emptyIntervalsAreRefused(double low, double high) {
    assertThatThrownBy(() -> new SigmaInterval(low, high)).hasMessageContaining("0 ≤ low < high");
  }
}
