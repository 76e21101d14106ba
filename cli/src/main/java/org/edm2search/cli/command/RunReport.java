package org.edm2search.cli.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.edm2search.campaign.CampaignListener;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.cli.output.Amounts;
import org.edm2search.cli.output.LiveLine;

/** Tells on the terminal what a running campaign does. */
final class RunReport implements CampaignListener {

  private final LiveLine line;
  private final List<Trial> finished = new ArrayList<>();
  private final List<Double> secondsOfThisRun = new ArrayList<>();
  private int planned;

  RunReport(LiveLine line) {
    this.line = line;
  }

  @Override
  public void campaignStarted(CampaignRecord campaign, List<Trial> before) {
    planned = campaign.plannedTrials();
    before.stream().filter(trial -> trial.state().finished()).forEach(finished::add);
    if (!before.isEmpty()) {
      line.print("going on: %d of %d trials are finished".formatted(finished.size(), planned));
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
    line.print(
        "trial %s %s, %s FLOPs, %s parameters: %s"
            .formatted(
                place(trial.number()),
                again ? "goes on" : "starts",
                Amounts.scaled(trial.candidate().cost().multiplyAdds()),
                Amounts.scaled(trial.candidate().cost().parameters()),
                trial.number() == 0 ? "G*, the seed architecture" : trial.candidate().genotype()));
  }

  @Override
  public void trialProgressed(Trial trial, Progress progress) {
    if (!line.due()) {
      return;
    }
    StringBuilder text = new StringBuilder("trial ").append(place(trial.number()));
    text.append(' ').append(progress.phase().name().toLowerCase(Locale.ROOT));
    text.append(' ').append(Amounts.scaled(progress.done())).append('/');
    text.append(Amounts.scaled(progress.total())).append(" images");
    if (progress.imagesPerSecond() > 0) {
      text.append(", ").append(Amounts.scaled(round(progress.imagesPerSecond()))).append("/s");
    }
    progress.loss().ifPresent(loss -> text.append(String.format(Locale.ROOT, ", loss %.4f", loss)));
    secondsLeft(trial, progress)
        .ifPresent(left -> text.append(", ").append(Amounts.clock(left)).append(" left"));
    best().ifPresent(best -> text.append(", ").append(best));
    line.show(text.toString());
  }

  private static double round(double imagesPerSecond) {
    return imagesPerSecond >= 10 ? Math.rint(imagesPerSecond) : imagesPerSecond;
  }

  /** All remaining trials, once one is known to take so long; before, this trial's training. */
  private Optional<Double> secondsLeft(Trial trial, Progress progress) {
    int after = planned - trial.number() - 1;
    if (!secondsOfThisRun.isEmpty()) {
      double mean = secondsOfThisRun.stream().mapToDouble(s -> s).average().orElseThrow();
      double elapsed =
          trial
              .startedAt()
              .map(at -> Duration.between(at, progress.at()).toMillis() / 1e3)
              .orElse(0d);
      return Optional.of(Math.max(0, mean - elapsed) + after * mean);
    }
    if (progress.phase() != Phase.TRAINING || !(progress.imagesPerSecond() > 0)) {
      return Optional.empty();
    }
    double training = progress.total() / progress.imagesPerSecond();
    return Optional.of(
        (progress.total() - progress.done()) / progress.imagesPerSecond() + after * training);
  }

  @Override
  public void trialFinished(Trial trial) {
    finished.add(trial);
    double seconds = trial.duration().map(d -> d.toMillis() / 1e3).orElse(0d);
    if (trial.state() == TrialState.COMPLETE) {
      secondsOfThisRun.add(seconds);
    }
    line.print(
        "trial %s %s  (%s)"
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
    return Leaderboard.of(finished)
        .best()
        .map(
            trial ->
                "best %s (trial %d)"
                    .formatted(LeaderboardText.score(trial.score().orElseThrow()), trial.number()));
  }

  /** Trials are counted from 1 here and numbered from 0 everywhere: G* is trial 0, the first. */
  private String place(int number) {
    return "%d (%d/%d)".formatted(number, number + 1, planned);
  }
}
