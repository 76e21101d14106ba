package org.edm2search.campaign.journal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;

/** What the lines of a journal read so far add up to. */
final class JournalState {

  /** Where a line lies in the file. */
  record Place(long offset, int length) {}

  private final TreeMap<Integer, Trial> trials = new TreeMap<>();
  private final TreeMap<Integer, Progress> progress = new TreeMap<>();
  private final List<Attempt> attempts = new ArrayList<>();
  private final Map<String, Rejection> rejections = new LinkedHashMap<>();
  private final Map<Integer, Long> trainedImages = new HashMap<>();
  private final Map<Integer, List<Place>> curves = new HashMap<>();
  private Optional<CampaignRecord> campaign = Optional.empty();
  private long revision;
  private int unreadable;

  void add(JournalFormat.Line line, Place place) {
    JournalEntry entry = line.entry();
    revision = Math.max(revision, line.revision());
    campaign = entry.campaign().or(() -> campaign);
    for (Trial trial : entry.trials()) {
      trials.put(trial.number(), trial);
      if (trial.state() != TrialState.RUNNING) {
        progress.remove(trial.number());
      }
    }
    attempts.addAll(entry.attempts());
    for (Rejection rejection : entry.rejections()) {
      rejections.merge(
          rejection.architectureId(), rejection, (before, now) -> before.plus(now.count()));
    }
    for (Progress news : entry.progress()) {
      progress.put(news.trial(), news);
      if (news.phase() == Phase.TRAINING) {
        trainedImages.merge(news.trial(), news.done(), Math::max);
      }
    }
    for (JournalFormat.End end : line.ends()) {
      trainedImages.merge(end.trial(), end.images(), Math::max);
      curves.computeIfAbsent(end.trial(), trial -> new ArrayList<>()).add(place);
    }
  }

  void addUnreadable() {
    unreadable++;
  }

  long revision() {
    return revision;
  }

  Optional<Trial> trial(int number) {
    return Optional.ofNullable(trials.get(number));
  }

  /** Returns the lines that hold points of a trial's curve, in order. */
  List<Place> curve(int number) {
    return curves.getOrDefault(number, List.of());
  }

  CampaignSnapshot snapshot() {
    return new CampaignSnapshot(
        revision,
        campaign,
        List.copyOf(trials.values()),
        attempts,
        List.copyOf(progress.values()),
        List.copyOf(rejections.values()),
        trainedImages,
        unreadable);
  }
}
