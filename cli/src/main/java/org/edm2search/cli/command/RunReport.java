package org.edm2search.cli.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.edm2search.campaign.CampaignListener;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.RecordedGenotype;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.cli.output.ProgressBar;

/** Tells on the terminal what a running campaign does. */
final class RunReport implements CampaignListener {

  /** Characters of a bar. */
  private static final int BAR = 20;

  private final LiveLine line;
  private final List<Double> secondsOfThisRun = new ArrayList<>();
  private final Map<Integer, Progress> running = new TreeMap<>();
  private final Map<Integer, Trial> started = new TreeMap<>();
  private final int workers;
  private final RungPace pace = new RungPace();
  private int planned;
  private RecordedGenotype seedGenotype = RecordedGenotype.NONE;
  private int finished;
  private Optional<Trial> best = Optional.empty();

  /**
   * Creates a report.
   *
   * @param workers how many trials run at a time
   */
  RunReport(LiveLine line, int workers) {
    this.line = line;
    this.workers = workers;
  }

  @Override
  public void campaignStarted(CampaignRecord campaign, List<Trial> before) {
    planned = campaign.plannedTrials();
    pace.started(campaign, before);
    before.stream()
        .filter(trial -> trial.number() == 0)
        .forEach(trial -> seedGenotype = trial.candidate().genotype());
    before.stream().filter(trial -> trial.state().finished()).forEach(this::finish);
    if (!before.isEmpty()) {
      line.print(
          "going on: %d of %d trials are finished"
              .formatted(finished, Math.max(planned, finished)));
    }
  }

  @Override
  public void candidatesRejected(List<Rejection> rejections) {
    Rejection first = rejections.get(0);
    line.print(
        "refused %s before training: %s%s"
            .formatted(
                rejections.size() == 1 ? "a candidate" : rejections.size() + " candidates",
                rejections.size() == 1 ? "" : "the first, ",
                first.reason()));
  }

  @Override
  public void trialStarted(Trial trial, boolean again) {
    started.put(trial.number(), trial);
    if (trial.number() == 0) {
      seedGenotype = trial.candidate().genotype();
    }
    line.print(
        "trial %s %s, %s FLOPs, %s parameters: %s"
            .formatted(
                place(trial.number()),
                again ? "goes on" : "starts",
                Amounts.count(trial.candidate().cost().multiplyAdds()),
                Amounts.count(trial.candidate().cost().parameters()),
                what(trial)));
  }

  private String what(Trial trial) {
    if (trial.repeatOf().isPresent()) {
      return "trial %d again, with another seed".formatted(trial.repeatOf().get());
    }
    return trial.number() == 0
        ? "G*, the seed architecture"
        : trial.candidate().genotype().differenceFrom(seedGenotype);
  }

  @Override
  public void trialProgressed(Trial trial, Progress progress) {
    running.put(trial.number(), progress);
    pace.progressed(trial, progress);
    if (!line.due()) {
      return;
    }
    List<String> lines = new ArrayList<>();
    running.values().forEach(now -> lines.add(line(now)));
    List<String> whole = new ArrayList<>();
    pace.fraction()
        .ifPresent(done -> whole.add(String.format(Locale.ROOT, "%.0f %% done", 100 * done)));
    secondsLeft(trial, progress).ifPresent(left -> whole.add(Amounts.clock(left) + " left"));
    best().ifPresent(whole::add);
    if (lines.size() > 1 || line.live()) {
      whole.add(
          0,
          "%d of %d trials finished"
              .formatted(finished, Math.max(planned, finished + running.size())));
      lines.add(String.join(", ", whole));
    } else if (!whole.isEmpty()) {
      lines.set(0, lines.get(0) + ", " + String.join(", ", whole));
    }
    line.show(lines);
  }

  /** A trial's progress: with a bar on a terminal. */
  private String line(Progress progress) {
    StringBuilder text = new StringBuilder("trial ").append(place(progress.trial())).append(' ');
    if (line.live()) {
      text.append(ProgressBar.of(progress.done(), progress.total(), BAR)).append(' ');
    }
    text.append(progress.phase().name().toLowerCase(Locale.ROOT));
    text.append(' ').append(Amounts.count(progress.done())).append('/');
    text.append(Amounts.count(progress.total())).append(" images");
    if (progress.imagesPerSecond() > 0) {
      text.append(", ").append(Amounts.count(round(progress.imagesPerSecond()))).append("/s");
    }
    progress.loss().ifPresent(loss -> text.append(String.format(Locale.ROOT, ", loss %.4f", loss)));
    return text.toString();
  }

  private static double round(double imagesPerSecond) {
    return imagesPerSecond >= 10 ? Math.rint(imagesPerSecond) : imagesPerSecond;
  }

  /** All remaining trials, once one is known to take so long; before, as their training goes. */
  private Optional<Double> secondsLeft(Trial of, Progress latest) {
    if (of.rungs().goal().isPresent()) {
      return pace.secondsLeft(latest.at());
    }
    int waiting = Math.max(0, planned - finished - running.size());
    if (!secondsOfThisRun.isEmpty()) {
      double mean = secondsOfThisRun.stream().mapToDouble(s -> s).average().orElseThrow();
      double work = waiting * mean;
      for (int number : running.keySet()) {
        Trial trial = Objects.requireNonNull(started.get(number), "what reports has started");
        work += Math.max(0, mean - elapsed(trial, latest));
      }
      return Optional.of(work / workers);
    }
    if (latest.phase() != Phase.TRAINING || !(latest.imagesPerSecond() > 0)) {
      return Optional.empty();
    }
    double left = (latest.total() - latest.done()) / latest.imagesPerSecond();
    double training = latest.total() / latest.imagesPerSecond();
    return Optional.of(left + waiting * training / workers);
  }

  private static double elapsed(Trial trial, Progress latest) {
    return trial
        .startedAt()
        .map(at -> Duration.between(at, latest.at()).toMillis() / 1e3)
        .orElse(0d);
  }

  @Override
  public void campaignPaused(boolean paused) {
    running.clear();
    line.print(
        paused
            ? "paused: trials save their work; 'edm2-search resume' lets the campaign go on"
            : "the campaign goes on");
  }

  @Override
  public void storeConnection(String news) {
    line.print(news);
  }

  @Override
  public void trialSilent(Trial trial, Duration since, Duration limit) {
    line.print(
        "trial %s reported nothing for %s; at %s its worker is ended and it is tried again"
            .formatted(
                place(trial.number()),
                Amounts.duration(since.toSeconds()),
                Amounts.duration(limit.toSeconds())));
  }

  @Override
  public void trialRetried(Attempt attempt, Duration pause) {
    running.remove(attempt.trial());
    started.remove(attempt.trial());
    line.print(
        "trial %s %s: %s; it is tried again in %s"
            .formatted(
                place(attempt.trial()),
                attempt.kind(),
                attempt.reason(),
                Amounts.duration(Math.max(0, Math.round(pause.toMillis() / 1e3)))));
  }

  @Override
  public void trialReachedRung(Trial trial, int rungs) {
    running.remove(trial.number());
    started.remove(trial.number());
    trial
        .rungs()
        .last()
        .ifPresent(
            loss ->
                line.print(
                    String.format(
                        Locale.ROOT,
                        "trial %s at rung %d of %d: held-out loss %.4g ± %.2g",
                        place(trial.number()),
                        loss.rung() + 1,
                        rungs,
                        loss.loss(),
                        loss.standardError())));
  }

  @Override
  public void trialFinished(Trial trial) {
    finish(trial);
    running.remove(trial.number());
    started.remove(trial.number());
    double seconds = trial.duration().map(d -> d.toMillis() / 1e3).orElse(0d);
    if (trial.state() == TrialState.COMPLETE) {
      secondsOfThisRun.add(seconds);
    }
    line.print(
        trial.state() == TrialState.PRUNED
            ? "trial %s %s".formatted(place(trial.number()), outcome(trial))
            : "trial %s %s  (%s)"
                .formatted(place(trial.number()), outcome(trial), Amounts.duration(seconds)));
  }

  private static String outcome(Trial trial) {
    return trial
        .measurement()
        .map(
            measurement ->
                "%s = %s"
                    .formatted(
                        measurement.score().name(),
                        LeaderboardText.score(measurement.score().value())))
        .orElseGet(() -> trial.state() + ": " + trial.reason());
  }

  private Optional<String> best() {
    return best.map(
        trial ->
            "best %s (trial %d)"
                .formatted(LeaderboardText.score(trial.score().orElseThrow()), trial.number()));
  }

  private void finish(Trial trial) {
    finished++;
    if (trial.score().isPresent() && trial.repeatOf().isEmpty()) {
      List<Trial> both = new ArrayList<>(best.stream().toList());
      both.add(trial);
      both.sort(Comparator.comparingInt(Trial::number));
      best = Leaderboard.of(both).best();
    }
  }

  /** Trials are counted from 1 here and numbered from 0 everywhere: G* is trial 0, the first. */
  private String place(int number) {
    // There are more when the file's number of trials was lowered meanwhile.
    return "%d (%d/%d)".formatted(number, number + 1, Math.max(planned, number + 1));
  }
}
