package org.edm2search.pipeline.trial;

import static org.assertj.core.api.Assertions.assertThat;

import org.edm2search.campaign.trial.Protocol;
import org.edm2search.data.ImageBatch;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.space.base.Sha256;
import org.edm2search.space.yaml.Section;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scores of stores that were written before identities were made of keys go on comparing. */
class ProtocolIdentityTest {

  private static final String WEIGHTS =
      "d8f7df04dbc808b45164b77414bccf16a64312268407b42ffe34b36c98408d26";
  private static final String REFERENCE = "fashion-mnist 16×16 (60000, 4a6640c4)";

  /** As the quickstart at revision b4b5f7d stored it. */
  private static final String QUICKSTART =
      "FD-PCA64@1000 (builtin d8f7df04) to fashion-mnist 16×16 (60000, 4a6640c4); features: weights"
          + " of SHA-256 "
          + WEIGHTS
          + " on grey images resized to 32×32 (bilinear), u/127.5 − 1; Heun, 12 steps (NFE 23), σ 80.0"
          + " to 0.002, ρ 7.0; EMA 0.1; seeds 0 to 999, uniform labels";

  private static final FeatureExtractor BUILTIN = new Named("builtin d8f7df04");

  private record Named(String id) implements FeatureExtractor {
    @Override
    public String weightsSha256() {
      return WEIGHTS;
    }

    @Override
    public String description() {
      return "in other words than before";
    }

    @Override
    public int dimensions() {
      throw new UnsupportedOperationException();
    }

    @Override
    public double[][] features(ImageBatch images) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private static String today(FeatureExtractor features, String yaml) {
    return EvaluationProtocol.read(Section.parse(yaml, "test.yaml")).digest(features, REFERENCE);
  }

  private static Protocol stored(String text) {
    return Protocol.recorded(text, new Sha256().add(text).hex());
  }

  @Test
  void theQuickstartsOldProtocolIsTodaysQuickstarts() {
    assertThat(new Sha256().add(QUICKSTART).hex()).startsWith("f5e362ac");
    assertThat(stored(QUICKSTART).digest()).isEqualTo(today(BUILTIN, "{samples: 1000, steps: 12}"));
    assertThat(stored(QUICKSTART).text()).isEqualTo(QUICKSTART);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "autoguidance 2.0 by the network after 0.25 of its training | guidance: {weight: 2}",
        "classifier-free guidance 1.5 where 0.28 < σ ≤ 2.9 (NFE 27); churn 40.0 where 0.05 ≤ σ ≤ 50.0, noise"
            + " 1.003"
            + "| guidance: {kind: classifier-free, weight: 1.5, interval: [0.28, 2.9]}, churn:"
            + " {amount: 40, min: 0.05, max: 50, noise: 1.003}",
        "churn 40.0 where 0.0 ≤ σ ≤ Infinity, noise 1.0 | churn: {amount: 40}"
      })
  void guidanceAndChurnAreReadFromOldProtocols(String options, String yaml) {
    assertThat(stored(QUICKSTART + "; " + options).digest())
        .isEqualTo(today(BUILTIN, "{samples: 1000, steps: 12, %s}".formatted(yaml)))
        .isNotEqualTo(stored(QUICKSTART).digest());
  }

  @Test
  void theCanonicalNetworksFidIsReadFromOldProtocols() {
    String text =
        QUICKSTART
            .replace("FD-PCA64@1000 (builtin d8f7df04)", "FID@1000 (inception-2015-12-05 6726825d)")
            .replace("grey images resized to 32×32 (bilinear), u/127.5 − 1", "images");
    assertThat(stored(text).digest())
        .isEqualTo(
            today(
                new Named("inception-2015-12-05 6726825d"),
                "{samples: 1000, steps: 12, objective: fd}"));
  }

  @Test
  void digestsOfTodayAndOfUnknownSentencesStay() {
    assertThat(Protocol.recorded(QUICKSTART, "b".repeat(64)).digest()).isEqualTo("b".repeat(64));
    String unknown = QUICKSTART + "; something else";
    assertThat(stored(unknown).digest()).isEqualTo(new Sha256().add(unknown).hex());
  }
}
