package org.edm2search.cli.command;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.leaderboard.LeaderboardCsv;
import org.edm2search.campaign.leaderboard.SecondObjective;
import org.edm2search.campaign.report.RankedTrial;
import org.edm2search.campaign.report.ReportJson;
import org.edm2search.campaign.rescore.RescoredReport;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.cli.output.Console;
import org.edm2search.space.cost.Expense;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the ranked trials of a campaign. */
@Command(
    name = "leaderboard",
    description = "Rank the complete trials of a campaign, also while it runs.",
    footer = {
      "  edm2-search leaderboard",
      "  edm2-search leaderboard campaigns/quickstart --csv > quickstart.csv",
      "  edm2-search leaderboard examples/quickstart.yaml --json",
      "  edm2-search leaderboard --top 20",
      "  edm2-search leaderboard --pareto",
      "  edm2-search leaderboard --rescored"
    })
public final class LeaderboardCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private NamedCampaign campaign;

  @ArgGroup private Format format = new Format();

  private static final class Format {
    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(names = "--csv", description = "Print CSV: all trials, all quantities.")
    private boolean csv;
  }

  @Option(
      names = "--rescored",
      description = "Instead print the tables that 'rescore' filled; as JSON with --json.")
  private boolean rescored;

  @Option(
      names = "--pareto",
      description = "Print the Pareto front only: score against the campaign's second objective.")
  private boolean pareto;

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "Print the first N ranks only, and G*. Default: all.")
  private int top = Integer.MAX_VALUE;

  public LeaderboardCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CampaignDirectory directory = campaign.directory();
    List<Trial> trials;
    Expense second;
    try (TrialReader reader = directory.read()) {
      trials = reader.trials();
      second = SecondObjective.of(reader.campaign());
    }
    boolean table = !(rescored || format.csv || format.json);
    if (pareto && !table) {
      throw new InvalidUseException(
          "--pareto is for the table in the terminal; JSON and CSV have a field 'pareto'");
    }
    InvalidUseException.requireBetween("--top", top, 1, Integer.MAX_VALUE);
    if (top != Integer.MAX_VALUE && !table) {
      throw new InvalidUseException(
          "--top is for the table in the terminal; JSON and CSV are in the order of ranks");
    }
    if (rescored) {
      rescored(directory, trials);
    } else if (format.csv) {
      console.printText(LeaderboardCsv.write(trials, second));
    } else if (format.json) {
      console.printJson(RankedTrial.of(Leaderboard.of(trials, second)));
    } else {
      Leaderboard leaderboard = Leaderboard.of(trials, second);
      console.printText(
          LeaderboardText.of(
              leaderboard, new LeaderboardText.Selection(pareto, top), console.width()));
      if (directory.runningProcess().isPresent() && directory.pauseRequested()) {
        console.print("The campaign is paused; 'edm2-search resume' lets it go on.");
      }
    }
    return 0;
  }

  private void rescored(CampaignDirectory directory, List<Trial> trials) {
    if (format.csv) {
      throw new InvalidUseException("--rescored is printed as text or --json, not as --csv");
    }
    List<RescoredReport> tables = RescoreCommand.book(directory).reports(trials);
    if (tables.isEmpty()) {
      throw new InvalidUseException(
          directory.path() + " was not rescored yet; 'edm2-search rescore' does so");
    }
    console.printText(
        format.json
            ? ReportJson.write(tables)
            : tables.stream().map(RescoredText::of).collect(Collectors.joining("\n")));
  }
}
