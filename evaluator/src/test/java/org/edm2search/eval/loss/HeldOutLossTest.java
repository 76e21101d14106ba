package org.edm2search.eval.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.ImageDataset;
import org.edm2search.eval.fid.Estimate;
import org.edm2search.model.Denoiser;
import org.edm2search.model.Preconditioning;
import org.edm2search.space.base.Edm2SearchException;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class HeldOutLossTest {

  private static final NoiseStrata STRATA = new NoiseStrata(-0.8, 1.6, 8);
  private static final int SIZE = 16;

  /** Images of independent normal pixels: mean 0, standard deviation 0.5. */
  private record NormalImages(int count) implements ImageDataset {

    @Override
    public String name() {
      return "normal";
    }

    @Override
    public int channels() {
      return 1;
    }

    @Override
    public int resolution() {
      return 4;
    }

    @Override
    public List<String> classes() {
      return List.of("even", "odd");
    }

    @Override
    public int[] labels() {
      return IntStream.range(0, count).map(image -> image % 2).toArray();
    }

    @Override
    public String digest() {
      return "normal " + count;
    }

    @Override
    public ImageBatch read(int... indices) {
      float[] pixels = new float[indices.length * SIZE];
      int[] labels = new int[indices.length];
      for (int i = 0; i < indices.length; i++) {
        SplittableRandom random = new SplittableRandom(indices[i]);
        for (int k = 0; k < SIZE; k++) {
          pixels[i * SIZE + k] = (float) (0.5 * random.nextGaussian());
        }
        labels[i] = indices[i] % 2;
      }
      return new ImageBatch(pixels, labels, 1, 4, 4);
    }
  }

  /**
   * The best estimate of clean images of these, c_skip·x, plus an error of the network:
   * c_out·error.
   */
  private static Denoiser erring(double error) {
    return (images, sigma, labels) -> {
      INDArray result = images.dup();
      for (int k = 0; k < result.length(); k++) {
        Preconditioning scale = Preconditioning.of(sigma.getDouble(k / SIZE));
        result.putScalar(k, scale.skip() * images.getDouble(k) + scale.out() * error);
      }
      return result;
    };
  }

  private static HeldOutLoss loss(int images, int count) {
    return HeldOutLoss.of(new NormalImages(images), STRATA, count, 1);
  }

  @Test
  void theBestDenoiserOfNormalImagesLosesOneAtEveryNoiseLevel() {
    DenoisingLoss loss = loss(5000, 2048).of(erring(0), 2, 128);

    Estimate mean = loss.mean();
    assertThat(mean.value()).isEqualTo(1, within(4 * mean.standardDeviation()));
    assertThat(mean.standardDeviation()).isBetween(0.004, 0.016);
    assertThat(loss.binMeans()).hasSize(8).allSatisfy(bin -> assertThat(bin).isBetween(0.9, 1.1));
  }

  @Test
  void aPairedDifferenceIsKnownBetterThanEitherLoss() {
    HeldOutLoss heldOut = loss(5000, 2048);
    DenoisingLoss best = heldOut.of(erring(0), 2, 128);
    DenoisingLoss worse = heldOut.of(erring(0.2), 2, 128);

    Estimate difference = worse.minus(best).mean();
    assertThat(difference.value())
        .isEqualTo(worse.mean().value() - best.mean().value(), within(1e-12));
    // An error of the network's output adds its square, whatever the level.
    assertThat(difference.value()).isEqualTo(0.04, within(4 * difference.standardDeviation()));
    assertThat(difference.standardDeviation()).isLessThan(0.5 * best.mean().standardDeviation());
  }

  @Test
  void levelsCoverEveryStratumEvenly() {
    List<Double> levels = new ArrayList<>();
    loss(100, 64)
        .of(
            (images, sigma, labels) -> {
              IntStream.range(0, (int) sigma.length()).forEach(i -> levels.add(sigma.getDouble(i)));
              return images;
            },
            2,
            64);

    for (int i = 0; i < 64; i++) {
      // Image i is the (i / 8)-th of 8 in bin i mod 8: one level in each 64th of the distribution.
      int part = i % 8 * 8 + i / 8;
      assertThat(quantile(levels.get(i))).isBetween(part / 64.0 - 1e-4, (part + 1) / 64.0 + 1e-4);
    }
  }

  private static double quantile(double sigma) {
    return new NormalDistribution(-0.8, 1.6).cumulativeProbability(Math.log(sigma));
  }

  @Test
  void everyNetworkGetsTheSameImagesInAnyBatch() {
    HeldOutLoss heldOut = loss(300, 64);
    double[] together = heldOut.of(erring(0), 2, 64).perImage();
    double[] apart = heldOut.of(erring(0), 2, 7).perImage();
    double[] again = loss(300, 64).of(erring(0), 2, 64).perImage();
    double[] otherSeed =
        HeldOutLoss.of(new NormalImages(300), STRATA, 64, 2).of(erring(0), 2, 64).perImage();

    assertThat(apart).containsExactly(together);
    assertThat(again).containsExactly(together);
    assertThat(otherSeed).isNotEqualTo(together);
  }

  @Test
  void conditionalNetworksAreToldTheClass() {
    List<Double> told = new ArrayList<>();
    Denoiser listening =
        (images, sigma, labels) -> {
          for (int i = 0; i < labels.rows(); i++) {
            assertThat(labels.getDouble(i, 0) + labels.getDouble(i, 1)).isEqualTo(1);
            told.add(labels.getDouble(i, 1));
          }
          return images;
        };
    loss(300, 64).of(listening, 2, 16);
    assertThat(new HashSet<>(told)).containsExactlyInAnyOrder(0.0, 1.0);

    List<INDArray> labelsOfUnconditional = new ArrayList<>();
    loss(300, 64)
        .of(
            (images, sigma, labels) -> {
              labelsOfUnconditional.add(labels);
              return images;
            },
            0,
            64);
    assertThat(labelsOfUnconditional).containsOnlyNulls();
  }

  @Test
  void fewImagesAreTakenSeveralTimesWithOtherNoise() {
    double[] losses = loss(5, 64).of(erring(0), 2, 64).perImage();

    assertThat(losses).doesNotHaveDuplicates();
  }

  @Test
  void whatIsNotFiniteIsRefusedNamingImageAndLevel() {
    Denoiser broken = (images, sigma, labels) -> images.putScalar(0, Float.NaN);

    assertThatThrownBy(() -> loss(300, 64).of(broken, 2, 64))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining("held-out image 0 at σ = ")
        .hasMessageContaining("NaN");
  }

  @Test
  void binsOfUnequalSizeAreRefused() {
    assertThatThrownBy(() -> loss(300, 60))
        .hasMessageContaining("multiple of 8")
        .hasMessageContaining("60");
    assertThatThrownBy(() -> new DenoisingLoss(new double[8], 8))
        .hasMessageContaining("8 losses in 8 bins");
    assertThatThrownBy(
            () -> new DenoisingLoss(new double[16], 8).minus(new DenoisingLoss(new double[16], 4)))
        .hasMessageContaining("cannot be paired");
  }
}
