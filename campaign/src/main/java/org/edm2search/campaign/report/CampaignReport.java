package org.edm2search.campaign.report;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.edm2search.campaign.journal.CampaignSnapshot;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Spending;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;

/**
 * How far a campaign is.
 *
 * @param run who runs it, and where
 * @param trials how many there are
 * @param refused architectures refused before training
 * @param trainingFlops its training cost, running trials and the budget included
 * @param progress what the trials that run last reported
 * @param best the best trial so far
 * @param note why it ended early, otherwise empty
 * @param unreadableLines lines of its journal that were left out
 */
public record CampaignReport(
    @JsonUnwrapped Run run,
    @JsonUnwrapped Trials trials,
    @JsonUnwrapped Refused refused,
    TrainingFlops trainingFlops,
    List<Now> progress,
    Optional<Best> best,
    String note,
    int unreadableLines) {

  public CampaignReport {
    progress = List.copyOf(progress);
  }

  /**
   * A campaign and the process that runs it.
   *
   * @param campaign its name, empty before its first run
   * @param directory where it is kept
   * @param state where it stands
   * @param process the process that runs it
   * @param paused whether that process is asked to wait
   */
  public record Run(
      String campaign,
      String directory,
      CampaignState state,
      Optional<Long> process,
      boolean paused) {}

  /**
   * How many trials there are.
   *
   * @param plannedTrials how many there are to be, or are if that was lowered
   * @param trials how many there are, by state in lower case
   * @param spentFlops what they have cost
   * @param failedAttempts how many attempts at trials failed, by kind in words
   */
  public record Trials(
      int plannedTrials,
      Map<String, Long> trials,
      SpentFlops spentFlops,
      Map<String, Long> failedAttempts) {

    static Trials of(CampaignSnapshot snapshot) {
      Map<String, Long> trials = new LinkedHashMap<>();
      for (TrialState of : TrialState.values()) {
        trials.put(
            of.name().toLowerCase(Locale.ROOT),
            snapshot.trials().stream().filter(trial -> trial.state() == of).count());
      }
      Map<String, Long> failedAttempts = new LinkedHashMap<>();
      snapshot
          .attempts()
          .forEach(attempt -> failedAttempts.merge(attempt.kind().words(), 1L, Long::sum));
      int planned = snapshot.campaign().map(CampaignRecord::plannedTrials).orElse(0);
      return new Trials(
          Math.max(planned, snapshot.trials().size()),
          trials,
          SpentFlops.of(Spending.of(snapshot.trials())),
          failedAttempts);
    }
  }

  /**
   * Architectures refused before training.
   *
   * @param rejected how many
   * @param rejections the same one by one
   */
  public record Refused(int rejected, List<Rejection> rejections) {

    public Refused {
      rejections = List.copyOf(rejections);
    }
  }

  /**
   * How far a trial is.
   *
   * @param trial its number
   * @param phase what it is doing
   * @param images done in this phase
   * @param totalImages of this phase
   * @param loss recent training loss
   * @param imagesPerSecond recent throughput
   * @param at when this was true
   */
  public record Now(
      int trial,
      Phase phase,
      long images,
      long totalImages,
      OptionalDouble loss,
      double imagesPerSecond,
      Instant at) {

    static Now of(Progress progress) {
      return new Now(
          progress.trial(),
          progress.phase(),
          progress.done(),
          progress.total(),
          progress.loss(),
          progress.imagesPerSecond(),
          progress.at());
    }
  }

  /**
   * The best trial so far.
   *
   * @param trial its number
   * @param score mean of its trainings, lower is better
   * @param runs trials that trained it: this one and its repeats
   * @param scoreName what it measures
   */
  public record Best(int trial, double score, List<Integer> runs, String scoreName) {

    static Best of(List<Trial> runs) {
      Trial first = runs.get(0);
      return new Best(
          first.number(),
          Leaderboard.mean(runs),
          runs.stream().map(Trial::number).toList(),
          first.measurement().orElseThrow().score().name());
    }
  }

  /**
   * Reports a campaign.
   *
   * @param process the process that runs it, if one does
   * @param pauseRequested whether it is asked to wait
   */
  public static CampaignReport of(
      Path directory, CampaignSnapshot snapshot, Optional<Long> process, boolean pauseRequested) {
    Optional<CampaignRecord> record = snapshot.campaign();
    CampaignState state = CampaignState.of(snapshot, process.isPresent());
    return new CampaignReport(
        new Run(
            record.map(CampaignRecord::name).orElse(""),
            directory.toString(),
            state,
            process,
            pauseRequested && process.isPresent()),
        Trials.of(snapshot),
        new Refused(snapshot.rejections().size(), snapshot.rejections()),
        TrainingFlops.of(snapshot, state),
        process.isPresent()
            ? snapshot.trials().stream()
                .flatMap(trial -> snapshot.progressOf(trial).stream())
                .map(Now::of)
                .toList()
            : List.of(),
        Leaderboard.bestRuns(snapshot.trials()).map(Best::of),
        record.map(CampaignRecord::note).orElse(""),
        snapshot.unreadable());
  }
}
