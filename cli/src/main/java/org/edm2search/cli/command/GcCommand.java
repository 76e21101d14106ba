package org.edm2search.cli.command;

import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.Cleanup;
import org.edm2search.campaign.RunLock;
import org.edm2search.campaign.journal.CampaignSnapshot;
import org.edm2search.campaign.journal.JournalReader;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.leaderboard.SecondObjective;
import org.edm2search.campaign.race.RaceStart;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.campaign.report.CampaignState;
import org.edm2search.cli.output.Console;
import org.edm2search.pipeline.release.FinalChoices;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Frees disk. */
@Command(
    name = "gc",
    description = {
      "Free disk: delete checkpoints, snapshots and samples of trials that are not needed any more, and"
          + " say how much that is. What is recorded of trials is never deleted.",
      "Kept are G*, the best, the Pareto front, trials that are not finished, finalists, what was"
          + " exported into the campaign's directory, and all trainings of these. Refused while a"
          + " process runs the campaign."
    },
    footer = {"  edm2-search gc --dry-run", "  edm2-search gc campaigns/quickstart --keep 10"})
public final class GcCommand implements Callable<Integer> {

  private static final int MOST_NAMED = 20;

  private final Console console;
  private final Clock clock;

  @Mixin private NamedCampaign campaign;

  @Option(
      names = "--keep",
      paramLabel = "K",
      defaultValue = "5",
      description = "How many of the best to keep. Default: 5.")
  private int keep;

  @Option(names = "--dry-run", description = "Delete nothing, say only what would be.")
  private boolean dryRun;

  public GcCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    InvalidUseException.requireBetween("--keep", keep, 0, 100_000);
    CampaignDirectory directory = campaign.directory();
    try (RunLock lock = directory.lock()) {
      Cleanup cleanup = plan(directory);
      print(directory, cleanup);
      if (!dryRun) {
        cleanup.carryOut(directory, clock);
      }
    }
    return 0;
  }

  private Cleanup plan(CampaignDirectory directory) {
    Set<Integer> needed = new HashSet<>(FinalChoices.of(directory.path()).trials());
    RaceStart.find(directory).ifPresent(race -> needed.addAll(race.contenders()));
    try (JournalReader reader = directory.read()) {
      CampaignSnapshot snapshot = reader.snapshot();
      Leaderboard leaderboard =
          Leaderboard.of(snapshot.trials(), SecondObjective.of(snapshot.campaign()));
      boolean finished = CampaignState.of(snapshot, false) == CampaignState.FINISHED;
      return Cleanup.plan(directory, snapshot.trials(), leaderboard, finished, keep, needed);
    }
  }

  private void print(CampaignDirectory directory, Cleanup cleanup) {
    if (cleanup.doomed().isEmpty()) {
      console.print("%s: nothing to free", directory.path());
      return;
    }
    List<Integer> numbers = cleanup.doomed().stream().map(Cleanup.Doomed::trial).toList();
    String trials =
        numbers.size() <= MOST_NAMED
            ? numbers.stream().map(String::valueOf).collect(Collectors.joining(", "))
            : numbers.size() + " of them";
    console.print(
        "%s %sB of %d trials (%s); %d are kept",
        dryRun ? "would free" : "freeing",
        Amounts.count(cleanup.bytes()),
        numbers.size(),
        trials,
        cleanup.kept().size());
  }
}
