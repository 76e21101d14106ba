package org.edm2search.pipeline.trial;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.edm2search.campaign.fidelity.FidelitySettings;
import org.edm2search.campaign.fidelity.ImageLosses;
import org.edm2search.campaign.trial.RungLoss;
import org.edm2search.eval.fid.Estimate;
import org.edm2search.eval.loss.DenoisingLoss;
import org.edm2search.eval.loss.HeldOutLoss;
import org.edm2search.eval.loss.NoiseStrata;
import org.edm2search.model.Network;
import org.edm2search.train.NoiseDistribution;
import org.edm2search.train.TrainedCandidate;

/**
 * What candidates are compared by at rungs: the loss of their averaged weights on noisy held-out
 * images, the same for all. Not thread-safe.
 */
final class RungScreen {

  /** Of the choice of images, noise levels and noise: the same in every campaign. */
  private static final long SEED = 1;

  private static final int BATCH = 128;

  private final FidelitySettings fidelity;
  private final CampaignSettings settings;
  private Optional<HeldOutLoss> noisy = Optional.empty();

  RungScreen(FidelitySettings fidelity, CampaignSettings settings) {
    this.fidelity = fidelity;
    this.settings = settings;
  }

  /** Returns the share of the whole training at which a rung lies. */
  double share(int rung) {
    return fidelity.share(rung);
  }

  /** Returns how many noisy images there are. */
  int images() {
    return fidelity.lossImages();
  }

  /**
   * Measures a candidate that was trained to a rung, and leaves the losses image by image in its
   * directory.
   *
   * @param folder the trial's directory
   * @param progress told of images
   */
  RungLoss measure(TrainedCandidate candidate, int rung, Path folder, LongConsumer progress) {
    progress.accept(0);
    try (Network network = candidate.network(ema(candidate))) {
      DenoisingLoss loss =
          noisy().of(network, candidate.architecture().labelDim(), BATCH, progress);
      new ImageLosses(loss.perImage()).write(folder, rung);
      Estimate mean = loss.mean();
      return new RungLoss(
          rung, candidate.images(), mean.value(), mean.standardDeviation(), loss.binMeans());
    }
  }

  /** Of the averages that are kept the one nearest to that of the score: it needs no snapshots. */
  private double ema(TrainedCandidate candidate) {
    double wanted = settings.protocol().ema();
    return candidate.averages().stream()
        .min(Comparator.comparingDouble(kept -> Math.abs(Math.log(kept / wanted))))
        .orElseThrow();
  }

  private HeldOutLoss noisy() {
    if (noisy.isEmpty()) {
      NoiseDistribution noise = settings.recipe().noise();
      noisy =
          Optional.of(
              HeldOutLoss.of(
                  settings.heldOut().orElseThrow(),
                  new NoiseStrata(
                      noise.mean(), noise.standardDeviation(), FidelitySettings.NOISE_BINS),
                  fidelity.lossImages(),
                  SEED));
    }
    return noisy.get();
  }
}
