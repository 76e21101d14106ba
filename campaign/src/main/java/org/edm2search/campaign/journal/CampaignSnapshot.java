package org.edm2search.campaign.journal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;

/**
 * What a campaign had recorded at one revision. Immutable.
 *
 * @param revision the store's, after the last transaction read
 * @param campaign the campaign, empty before its first run
 * @param trials all trials by number
 * @param attempts attempts at trials that failed, in the order they did
 * @param progress last reported progress of each trial that runs, by trial
 * @param rejections candidates refused before training, in the order they were first refused
 * @param trainedImages most images trained so far as loss curves and progress tell, by trial;
 *     training that is scored now, or that a fault threw back, counts
 * @param unreadable lines of the journal that could not be read and were left out
 */
public record CampaignSnapshot(
    long revision,
    Optional<CampaignRecord> campaign,
    List<Trial> trials,
    List<Attempt> attempts,
    List<Progress> progress,
    List<Rejection> rejections,
    Map<Integer, Long> trainedImages,
    int unreadable) {

  public CampaignSnapshot {
    trials = List.copyOf(trials);
    attempts = List.copyOf(attempts);
    progress = List.copyOf(progress);
    rejections = List.copyOf(rejections);
    trainedImages = Map.copyOf(trainedImages);
  }

  /** Returns what a trial last reported in its present run, if it runs. */
  public Optional<Progress> progressOf(Trial trial) {
    return trial.state() == TrialState.RUNNING
        ? progress.stream()
            .filter(
                report ->
                    report.trial() == trial.number()
                        && trial.startedAt().filter(report.at()::isBefore).isEmpty())
            .findFirst()
        : Optional.empty();
  }
}
