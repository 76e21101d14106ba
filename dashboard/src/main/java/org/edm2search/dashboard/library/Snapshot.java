package org.edm2search.dashboard.library;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.edm2search.campaign.journal.CampaignSnapshot;
import org.edm2search.campaign.report.CampaignState;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;

/**
 * What a journal held at one revision, and whether somebody runs the campaign.
 *
 * @param recorded what the campaign recorded
 * @param running whether a process runs the campaign
 * @param paused whether that process is asked to wait
 */
record Snapshot(CampaignSnapshot recorded, boolean running, boolean paused) {

  Snapshot with(boolean nowRunning, boolean nowPaused) {
    return nowRunning == running && nowPaused == paused
        ? this
        : new Snapshot(recorded, nowRunning, nowPaused);
  }

  Optional<CampaignRecord> campaign() {
    return recorded.campaign();
  }

  List<Trial> trials() {
    return recorded.trials();
  }

  /** Returns a trial; usually each has its number's place, but lines may be missing. */
  Optional<Trial> trial(int number) {
    if (number >= 0 && number < trials().size() && trials().get(number).number() == number) {
      return Optional.of(trials().get(number));
    }
    return trials().stream().filter(trial -> trial.number() == number).findFirst();
  }

  List<Rejection> rejections() {
    return recorded.rejections();
  }

  int plannedTrials() {
    return campaign().map(CampaignRecord::plannedTrials).orElse(0);
  }

  String note() {
    return campaign().map(CampaignRecord::note).orElse("");
  }

  CampaignState state() {
    return CampaignState.of(recorded, running);
  }

  /** Returns the state of a trial; one that nobody runs any more is {@code interrupted}. */
  String state(Trial trial) {
    return trial.state() == TrialState.RUNNING && !running
        ? "interrupted"
        : trial.state().name().toLowerCase(Locale.ROOT);
  }

  /** Returns the progress of a trial if it runs. */
  Optional<Progress> progressOf(Trial trial) {
    return running ? recorded.progressOf(trial) : Optional.empty();
  }
}
