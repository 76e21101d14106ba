package org.edm2search.campaign.report;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.edm2search.campaign.fidelity.ImageLosses;
import org.edm2search.campaign.trial.RungLoss;
import org.edm2search.campaign.trial.Trial;

/**
 * How much a trial's held-out loss is above the lowest at its rung, image by image on the same
 * noisy images.
 *
 * @param trial the trial of the lowest loss
 * @param difference mean of the differences of all images
 * @param standardError of that mean
 */
public record RungDifference(int trial, double difference, double standardError) {

  /** What a trial had at a rung. */
  private record There(int trial, RungLoss loss) {}

  /**
   * Compares a trial at each rung it has been at.
   *
   * @param trials all of the campaign
   * @param folder directory of each trial, by number; empty where it is not to be read
   * @return by index of the rung, without those where it is the best itself or where the losses
   *     image by image are not known
   */
  public static Map<Integer, RungDifference> of(
      Trial trial, List<Trial> trials, IntFunction<Optional<Path>> folder) {
    Map<Integer, RungDifference> differences = new HashMap<>();
    for (RungLoss own : trial.rungs().reached()) {
      int rung = own.rung();
      There best =
          trials.stream()
              .flatMap(one -> there(one, rung).stream())
              .min(Comparator.comparingDouble(there -> there.loss().loss()))
              .orElseThrow();
      if (best.trial() != trial.number()) {
        losses(folder, trial.number(), rung)
            .flatMap(losses -> losses(folder, best.trial(), rung).flatMap(losses::minus))
            .map(mean -> new RungDifference(best.trial(), mean.value(), mean.standardError()))
            .ifPresent(difference -> differences.put(rung, difference));
      }
    }
    return differences;
  }

  private static Optional<There> there(Trial trial, int rung) {
    return trial.rungs().reached().stream()
        .filter(loss -> loss.rung() == rung)
        .map(loss -> new There(trial.number(), loss))
        .findFirst();
  }

  private static Optional<ImageLosses> losses(
      IntFunction<Optional<Path>> folder, int trial, int rung) {
    return folder.apply(trial).flatMap(directory -> ImageLosses.read(directory, rung));
  }
}
