package org.edm2search.dashboard.library;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;

/**
 * What a store held at one revision, and whether somebody runs the campaign.
 *
 * @param revision grows with every write
 * @param campaign the campaign, empty before its first run
 * @param trials all trials by number
 * @param progress last reported progress of the trials that run
 * @param rejections candidates refused before training
 * @param running whether a process runs the campaign
 */
record Snapshot(
    long revision,
    Optional<CampaignRecord> campaign,
    List<Trial> trials,
    List<Progress> progress,
    List<Rejection> rejections,
    boolean running) {

  /** Reads a store. */
  static Snapshot of(TrialReader reader, boolean running) {
    // Read first: writes in between show as another revision the next time.
    long revision = reader.revision();
    return new Snapshot(
        revision,
        reader.campaign(),
        reader.trials(),
        reader.progress(),
        reader.rejections(),
        running);
  }

  Snapshot withRunning(boolean other) {
    return other == running
        ? this
        : new Snapshot(revision, campaign, trials, progress, rejections, other);
  }

  int plannedTrials() {
    return campaign.map(CampaignRecord::plannedTrials).orElse(0);
  }

  String note() {
    return campaign.map(CampaignRecord::note).orElse("");
  }

  /** Returns {@code running}, {@code paused} or {@code complete}. */
  String state() {
    if (running) {
      return "running";
    }
    boolean allFinished = trials.stream().allMatch(trial -> trial.state().finished());
    return campaign.isPresent()
            && allFinished
            && (trials.size() >= plannedTrials() || !note().isEmpty())
        ? "complete"
        : "paused";
  }

  /** Returns the state of a trial; one that nobody runs any more is {@code interrupted}. */
  String state(Trial trial) {
    return trial.state() == TrialState.RUNNING && !running
        ? "interrupted"
        : trial.state().name().toLowerCase(Locale.ROOT);
  }

  /** Returns the progress of a trial if it runs. */
  Optional<Progress> progressOf(Trial trial) {
    return running && trial.state() == TrialState.RUNNING
        ? progress.stream()
            .filter(
                report ->
                    report.trial() == trial.number()
                        && trial.startedAt().filter(report.at()::isBefore).isEmpty())
            .findFirst()
        : Optional.empty();
  }
}
