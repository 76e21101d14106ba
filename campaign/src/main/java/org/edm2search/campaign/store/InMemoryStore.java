package org.edm2search.campaign.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.LossCurve;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.LossPoint;

/** A store that ends with the process; for tests and trying out searches. Thread-safe. */
public final class InMemoryStore implements TrialStore {

  private final List<Trial> trials = new ArrayList<>();
  private final Map<Integer, TreeMap<Long, LossPoint>> losses = new HashMap<>();
  private final Map<String, Rejection> rejections = new LinkedHashMap<>();
  private Optional<CampaignRecord> campaign = Optional.empty();
  private final TreeMap<Integer, Progress> progress = new TreeMap<>();
  private final List<Attempt> attempts = new ArrayList<>();
  private Optional<String> strategyState = Optional.empty();
  private long revision;

  @Override
  public synchronized long revision() {
    return revision;
  }

  @Override
  public synchronized Optional<CampaignRecord> campaign() {
    return campaign;
  }

  @Override
  public synchronized List<Trial> trials() {
    return List.copyOf(trials);
  }

  @Override
  public synchronized Optional<Trial> trial(int number) {
    return number >= 0 && number < trials.size()
        ? Optional.of(trials.get(number))
        : Optional.empty();
  }

  @Override
  public synchronized List<LossPoint> losses(int number) {
    return List.copyOf(losses.getOrDefault(number, new TreeMap<>()).values());
  }

  @Override
  public synchronized List<Progress> progress() {
    return List.copyOf(progress.values());
  }

  @Override
  public synchronized List<Attempt> attempts() {
    return List.copyOf(attempts);
  }

  @Override
  public synchronized List<Rejection> rejections() {
    return List.copyOf(rejections.values());
  }

  @Override
  public synchronized Optional<String> strategyState() {
    return strategyState;
  }

  @Override
  public synchronized void save(CampaignRecord record) {
    campaign =
        Optional.of(
            record.createdAt(campaign.map(CampaignRecord::createdAt).orElse(record.createdAt())));
    revision++;
  }

  @Override
  public synchronized void create(Trial trial, List<Rejection> refused, String state) {
    TrialRules.requireWaiting(trial);
    if (trial(trial.number()).filter(trial::equals).isPresent()) {
      return;
    }
    TrialRules.requireNext(trial, trials.size());
    trials.add(trial);
    refused.forEach(
        rejection ->
            rejections.merge(
                rejection.architectureId(), rejection, (before, now) -> before.plus(now.count())));
    strategyState = Optional.of(state);
    revision++;
  }

  @Override
  public synchronized void start(Trial running) {
    TrialRules.requireRunning(running);
    TrialRules.requireStartable(trial(running.number()), running);
    trials.set(running.number(), running);
    revision++;
  }

  @Override
  public synchronized void finish(Trial finished, String state) {
    TrialRules.requireFinished(finished);
    Optional<Trial> before = trial(finished.number());
    if (before.filter(finished::equals).isPresent()) {
      return;
    }
    TrialRules.requireFinishable(before, finished);
    trials.set(finished.number(), finished);
    progress.remove(finished.number());
    strategyState = Optional.of(state);
    revision++;
  }

  @Override
  public synchronized void decide(List<Trial> decided, String state) {
    List<Trial> changed = decided.stream().filter(trial -> !trials.contains(trial)).toList();
    changed.forEach(trial -> TrialRules.requireDecidable(trial(trial.number()), trial));
    for (Trial trial : changed) {
      trials.set(trial.number(), trial);
      progress.remove(trial.number());
    }
    strategyState = Optional.of(state);
    revision++;
  }

  @Override
  public synchronized void record(Attempt attempt) {
    TrialRules.requireExisting(trial(attempt.trial()), attempt.trial());
    if (!attempts.contains(attempt)) {
      attempts.add(attempt);
      revision++;
    }
  }

  @Override
  public synchronized void putBack(Trial waiting) {
    replace(waiting, TrialRules::requirePutBack);
  }

  @Override
  public synchronized void exclude(Trial excluded) {
    replace(excluded, TrialRules::requireExcludable);
  }

  private void replace(Trial trial, BiConsumer<Optional<Trial>, Trial> rule) {
    Optional<Trial> before = trial(trial.number());
    if (before.filter(trial::equals).isPresent()) {
      return;
    }
    rule.accept(before, trial);
    trials.set(trial.number(), trial);
    progress.remove(trial.number());
    revision++;
  }

  @Override
  public synchronized void add(List<LossCurve> curves, List<Progress> latest) {
    curves.forEach(curve -> TrialRules.requireRecordable(trial(curve.trial()), curve.trial()));
    latest.forEach(news -> TrialRules.requireRecordable(trial(news.trial()), news.trial()));
    for (LossCurve curve : curves) {
      TreeMap<Long, LossPoint> points =
          losses.computeIfAbsent(curve.trial(), trial -> new TreeMap<>());
      curve.points().forEach(point -> points.put(point.images(), point));
    }
    latest.forEach(news -> progress.put(news.trial(), news));
    revision++;
  }

  @Override
  public synchronized void forEachCurve(Consumer<LossCurve> action) {
    new TreeMap<>(losses)
        .forEach(
            (number, points) -> action.accept(new LossCurve(number, List.copyOf(points.values()))));
  }

  @Override
  public synchronized void backup(Path file) {
    try {
      Files.write(file, trials.stream().map(Trial::toString).toList());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the backup " + file, e);
    }
  }

  @Override
  public void close() {}
}
