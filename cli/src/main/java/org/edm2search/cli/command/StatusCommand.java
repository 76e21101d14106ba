package org.edm2search.cli.command;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Spending;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.cli.output.Console;
import org.edm2search.pipeline.trial.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says how far a campaign is. */
@Command(
    name = "status",
    description = "Print how far a campaign is: trials by state, what runs now, the best so far.",
    footer = {"  edm2-search status", "  edm2-search status campaigns/quickstart --json"})
public final class StatusCommand implements Callable<Integer> {

  private final Console console;
  private final Clock clock;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "CAMPAIGN",
      description = Campaigns.DESCRIPTION)
  private String campaign;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public StatusCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  /** Everything the command prints, read at once. */
  private record Status(
      CampaignDirectory directory,
      CampaignRecord record,
      List<Trial> trials,
      List<Progress> progress,
      List<Attempt> attempts,
      List<Rejection> rejections,
      Optional<Long> process) {

    long count(TrialState state) {
      return trials.stream().filter(trial -> trial.state() == state).count();
    }

    String situation() {
      boolean finished =
          trials.size() >= record.plannedTrials()
              && trials.stream().allMatch(trial -> trial.state().finished());
      return process.isPresent() ? "running" : finished ? "finished" : "stopped";
    }

    /** Attempts that failed, by whose fault it was. */
    Map<String, Long> attemptsByKind() {
      Map<String, Long> kinds = new LinkedHashMap<>();
      for (Attempt attempt : attempts) {
        kinds.merge(attempt.kind().words(), 1L, Long::sum);
      }
      return kinds;
    }

    Optional<String> failures() {
      String kinds =
          attemptsByKind().entrySet().stream()
              .map(kind -> kind.getValue() + " " + kind.getKey())
              .collect(Collectors.joining(", "));
      return attempts.isEmpty()
          ? Optional.empty()
          : Optional.of(attempts.size() + " failed: " + kinds);
    }

    /** What the trials that run last reported. */
    List<Progress> current() {
      return process.isEmpty() ? List.of() : progress;
    }
  }

  @Override
  public Integer call() {
    Status status = read();
    if (json) {
      console.printText(Json.write(json(status)));
    } else {
      print(status);
    }
    return 0;
  }

  private Status read() {
    CampaignDirectory directory = Campaigns.find(campaign);
    try (TrialReader reader = directory.read()) {
      return new Status(
          directory,
          Campaigns.record(reader, directory),
          reader.trials(),
          reader.progress(),
          reader.attempts(),
          reader.rejections(),
          directory.runningProcess());
    }
  }

  private void print(Status status) {
    CampaignRecord record = status.record();
    console.print("campaign   %s (%s, seed %d)", record.name(), record.strategy(), record.seed());
    console.print("directory  %s", status.directory().path());
    String process = status.process().map(pid -> " (process " + pid + ")").orElse("");
    console.print("state      %s%s", status.situation(), process);
    StringBuilder counts = new StringBuilder();
    for (TrialState state : TrialState.values()) {
      if (status.count(state) > 0) {
        counts.append(", ").append(status.count(state)).append(' ');
        counts.append(state.name().toLowerCase(Locale.ROOT));
      }
    }
    console.print(
        "trials     %d of %d%s",
        status.trials().size(), Math.max(record.plannedTrials(), status.trials().size()), counts);
    status.failures().ifPresent(failures -> console.print("attempts   %s", failures));
    Spending spent = Spending.of(status.trials());
    if (!spent.equals(Spending.NONE)) {
      console.print("spent      %s", SpendingText.of(spent));
    }
    int refused = status.rejections().size();
    if (refused > 0) {
      console.print("refused    %d architectures, by constraints, before training", refused);
    }
    status
        .current()
        .forEach(
            now ->
                console.print(
                    "now        trial %d, %s: %s of %s images%s, %.1f images/s, %s ago",
                    now.trial(),
                    now.phase().name().toLowerCase(Locale.ROOT),
                    Amounts.count(now.done()),
                    Amounts.count(now.total()),
                    now.loss().isPresent()
                        ? String.format(Locale.ROOT, ", loss %.4f", now.loss().getAsDouble())
                        : "",
                    now.imagesPerSecond(),
                    Amounts.duration(
                        Math.max(0, Duration.between(now.at(), clock.instant()).toSeconds()))));
    Leaderboard.of(status.trials())
        .bestRow()
        .ifPresent(
            best ->
                console.print(
                    "best       trial %d, %s = %s%s",
                    best.trial().number(),
                    best.trial().measurement().orElseThrow().score().name(),
                    LeaderboardText.score(best.score()),
                    best.runs().size() > 1
                        ? ", mean of %d trainings".formatted(best.runs().size())
                        : ""));
    if (!record.note().isEmpty()) {
      console.print("note       %s", record.note());
    }
    for (Trial trial : status.trials()) {
      if (!trial.reason().isEmpty()) {
        console.print(
            "trial %-4d %s: %s",
            trial.number(), trial.state().name().toLowerCase(Locale.ROOT), trial.reason());
      }
    }
  }

  private static Map<String, Object> json(Status status) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("campaign", status.record().name());
    answer.put("directory", status.directory().path().toString());
    answer.put("state", status.situation());
    status.process().ifPresent(pid -> answer.put("process", pid));
    answer.put("planned_trials", status.record().plannedTrials());
    Map<String, Object> states = new LinkedHashMap<>();
    for (TrialState state : TrialState.values()) {
      states.put(state.name().toLowerCase(Locale.ROOT), status.count(state));
    }
    answer.put("trials", states);
    answer.put("spent_flops", SpendingText.json(Spending.of(status.trials())));
    answer.put("failed_attempts", status.attemptsByKind());
    answer.put("rejected", status.rejections().size());
    answer.put("progress", status.current().stream().map(StatusCommand::json).toList());
    Leaderboard.of(status.trials())
        .bestRow()
        .ifPresent(
            best -> {
              Map<String, Object> values = new LinkedHashMap<>();
              values.put("trial", best.trial().number());
              values.put("score", best.score());
              values.put("runs", best.runs().stream().map(Trial::number).toList());
              values.put("score_name", best.trial().measurement().orElseThrow().score().name());
              answer.put("best", values);
            });
    answer.put("note", status.record().note());
    return answer;
  }

  private static Map<String, Object> json(Progress now) {
    Map<String, Object> progress = new LinkedHashMap<>();
    progress.put("trial", now.trial());
    progress.put("phase", now.phase().name().toLowerCase(Locale.ROOT));
    progress.put("images", now.done());
    progress.put("total_images", now.total());
    now.loss().ifPresent(loss -> progress.put("loss", loss));
    progress.put("images_per_second", now.imagesPerSecond());
    progress.put("at", now.at().toString());
    return progress;
  }
}
