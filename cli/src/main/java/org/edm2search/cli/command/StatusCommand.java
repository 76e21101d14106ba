package org.edm2search.cli.command;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.journal.CampaignSnapshot;
import org.edm2search.campaign.journal.JournalReader;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.campaign.report.CampaignReport;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.campaign.trial.Spending;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.cli.output.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says how far a campaign is. */
@Command(
    name = "status",
    description = "Print how far a campaign is: trials by state, what runs now, the best so far.",
    footer = {"  edm2-search status", "  edm2-search status campaigns/quickstart --json"})
public final class StatusCommand implements Callable<Integer> {

  private final Console console;
  private final Clock clock;

  @Mixin private NamedCampaign campaign;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public StatusCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    CampaignDirectory directory = campaign.directory();
    try (JournalReader reader = directory.read()) {
      CampaignRecord record = Campaigns.record(reader, directory);
      CampaignSnapshot snapshot = reader.snapshot();
      CampaignReport report =
          CampaignReport.of(
              directory.path(), snapshot, directory.runningProcess(), directory.pauseRequested());
      if (json) {
        console.printJson(report);
      } else {
        print(directory, report, record, snapshot.trials());
        if (report.unreadableLines() > 0) {
          console.print(
              "journal    %d lines cannot be read, and what they told is missing here; 'edm2-search"
                  + " doctor %s' writes it anew from the store",
              report.unreadableLines(), directory.path());
        }
      }
    }
    return 0;
  }

  /** What a person cancelled has not failed, and is counted apart. */
  private static String attempts(Map<String, Long> byKind) {
    Map<String, Long> failed = new LinkedHashMap<>(byKind);
    Long cancelled = failed.remove(FailureKind.CANCELLED.words());
    List<String> counts = new ArrayList<>();
    if (!failed.isEmpty()) {
      String kinds =
          failed.entrySet().stream()
              .map(kind -> kind.getValue() + " " + kind.getKey())
              .collect(Collectors.joining(", "));
      long all = failed.values().stream().mapToLong(Long::longValue).sum();
      counts.add("%d failed: %s".formatted(all, kinds));
    }
    if (cancelled != null) {
      counts.add(cancelled + " cancelled");
    }
    return String.join("; ", counts);
  }

  private void print(
      CampaignDirectory directory,
      CampaignReport report,
      CampaignRecord record,
      List<Trial> trials) {
    console.print("campaign   %s (%s, seed %d)", record.name(), record.strategy(), record.seed());
    console.print("directory  %s", report.run().directory());
    String process = report.run().process().map(pid -> " (process " + pid + ")").orElse("");
    console.print(
        "state      %s%s%s",
        report.run().state().label(),
        process,
        report.run().paused() ? ", paused; 'resume' lets it go on" : "");
    boolean runs = report.run().process().isPresent();
    String counts =
        report.trials().trials().entrySet().stream()
            .filter(entry -> entry.getValue() > 0)
            .map(entry -> ", %d %s".formatted(entry.getValue(), state(entry.getKey(), runs)))
            .collect(Collectors.joining());
    console.print(
        "trials     %d of %d%s",
        trials.stream().filter(trial -> trial.state().finished()).count(),
        report.trials().plannedTrials(),
        counts);
    if (!report.trials().failedAttempts().isEmpty()) {
      console.print("attempts   %s", attempts(report.trials().failedAttempts()));
    }
    Spending spent = Spending.of(trials);
    if (!spent.equals(Spending.NONE)) {
      console.print(
          "spent      %s%s",
          SpendingText.of(spent),
          directory.scoredBeyondTrials()
              ? "; not in it: samples that finalists and rescore drew"
              : "");
    }
    if (report.refused().rejected() > 0) {
      console.print(
          "refused    %d architectures, by constraints, before training",
          report.refused().rejected());
    }
    report.progress().forEach(this::print);
    report
        .best()
        .ifPresent(
            best ->
                console.print(
                    "best       trial %d, %s = %s%s",
                    best.trial(),
                    best.scoreName(),
                    LeaderboardText.score(best.score()),
                    best.runs().size() > 1
                        ? ", mean of %d trainings".formatted(best.runs().size())
                        : ""));
    if (!report.note().isEmpty()) {
      console.print("note       %s", report.note());
    }
    for (Trial trial : trials) {
      if (!trial.reason().isEmpty()) {
        console.print(
            "trial %-4d %s: %s",
            trial.number(), trial.state().name().toLowerCase(Locale.ROOT), trial.reason());
      }
    }
  }

  /** Nothing runs where nobody runs it. */
  private static String state(String recorded, boolean runs) {
    return !runs && recorded.equals("running") ? "interrupted" : recorded;
  }

  private void print(CampaignReport.Now now) {
    String loss =
        now.loss().isPresent()
            ? String.format(Locale.ROOT, ", loss %.4f", now.loss().getAsDouble())
            : "";
    console.print(
        "now        trial %d, %s: %s of %s images%s, %.1f images/s, %s ago",
        now.trial(),
        now.phase().name().toLowerCase(Locale.ROOT),
        Amounts.count(now.images()),
        Amounts.count(now.totalImages()),
        loss,
        now.imagesPerSecond(),
        Amounts.duration(Math.max(0, Duration.between(now.at(), clock.instant()).toSeconds())));
  }
}
