package org.edm2search.campaign.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.edm2search.space.base.StratifiedMean;
import org.edm2search.space.yaml.InvalidConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageLossesTest {

  private static final int IMAGES = 512;

  @TempDir private Path folder;

  /** Images differ much, networks little. */
  private static double[] losses(double network, long seed) {
    SplittableRandom images = new SplittableRandom(1);
    SplittableRandom own = new SplittableRandom(seed);
    return images
        .doubles(IMAGES)
        .map(image -> 1 + image + network + 0.01 * own.nextGaussian())
        .toArray();
  }

  @Test
  void aDifferenceIsFarSurerThanEitherLoss() {
    new ImageLosses(losses(0.1, 2)).write(folder, 0);
    StratifiedMean difference =
        ImageLosses.read(folder, 0)
            .orElseThrow()
            .minus(new ImageLosses(losses(0, 3)))
            .orElseThrow();
    assertThat(difference.value()).isEqualTo(0.1, within(0.003));
    double alone = StratifiedMean.of(losses(0.1, 2), FidelitySettings.NOISE_BINS).standardError();
    assertThat(difference.standardError()).isLessThan(alone / 10);
    assertThat(difference.standardError()).isBetween(0.0003, 0.0012);
  }

  @Test
  void theFileIsOneThatNumPyReads() throws IOException {
    new ImageLosses(losses(0, 2)).write(folder, 1);
    byte[] bytes = Files.readAllBytes(folder.resolve("held-out-loss-2.npy"));
    assertThat(bytes).hasSize(128 + 4 * IMAGES).startsWith(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0);
    assertThat(bytes[8] + 256 * bytes[9]).isEqualTo(118);
    assertThat(new String(bytes, 10, 118, StandardCharsets.US_ASCII))
        .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (512,), }")
        .endsWith("\n");
  }

  @Test
  void earlierVersionsLeftNoneAndOtherImagesArePairedWithNothing() {
    assertThat(ImageLosses.read(folder, 0)).isEmpty();
    ImageLosses few = new ImageLosses(new double[16]);
    assertThat(few.minus(new ImageLosses(losses(0, 2)))).isEmpty();
  }

  @Test
  void whatIsNoFileOfLossesIsNamed() throws IOException {
    Path file = folder.resolve("held-out-loss-1.npy");
    new ImageLosses(losses(Double.NaN, 2)).write(folder, 0);
    assertThatThrownBy(() -> ImageLosses.read(folder, 0))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining(file + ": is not a file of held-out losses");
    Files.writeString(file, "x".repeat(700));
    assertThatThrownBy(() -> ImageLosses.read(folder, 0))
        .isInstanceOf(InvalidConfigException.class);
  }
}
