package org.edm2search.cli.command;

import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.edm2search.campaign.Campaign;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.CampaignResult;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.report.RankedTrial;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.cli.output.Logs;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.edm2search.pipeline.trial.Environment;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.cost.Expense;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a campaign. */
@Command(
    name = "run",
    description = {
      "Start a campaign, or go on with it: the same file, the same command.",
      "Progress goes to standard error, the leaderboard to standard output. Ctrl-C saves a"
          + " checkpoint and ends; even a killed campaign goes on where it was."
    },
    footer = {
      "  edm2-search run examples/quickstart.yaml",
      "  edm2-search run examples/quickstart.yaml --workers 2",
      "  edm2-search run examples/quickstart.yaml --retry-failed",
      "  edm2-search run examples/quickstart.yaml --accept-data",
      "  edm2-search run examples/quickstart.yaml --quiet --json > result.json"
    })
public final class RunCommand implements Callable<Integer> {

  /** What a run prints when it ends; 'leaderboard' prints all. */
  private static final LeaderboardText.Selection FIRST_RANKS =
      new LeaderboardText.Selection(false, 50);

  private final Console console;
  private final Clock clock;

  @Parameters(paramLabel = "FILE", description = "The campaign's YAML file.")
  private Path file;

  @Mixin private WorkersOption workers;

  @Option(names = "--json", description = "Print the leaderboard as JSON.")
  private boolean json;

  @Option(
      names = "--retry-failed",
      description =
          "Try failed trials again, but for those excluded, with the same number, genotype and seed.")
  private boolean retryFailed;

  @Option(
      names = "--accept-data",
      description =
          "Go on although the data set changed, because damaged images in it were mended. Trials"
              + " without an outcome begin anew; later scores are ranked in a table of their own,"
              + " and 'rescore' ranks all of them on the data as it is now.")
  private boolean acceptData;

  public RunCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    workers.requireValid();
    CampaignSettings settings = Campaigns.settings(file, console);
    CampaignDirectory directory = settings.config().directory();
    CampaignResult result;
    Interruption interruption;
    LiveLine line = new LiveLine(console, System::nanoTime);
    try (Campaign campaign =
        Campaign.open(
            settings.config(),
            settings.space(),
            workers.environment(settings),
            settings.pricing(),
            acceptData ? Set.of(Environment.DATA_SET) : Set.of(),
            clock)) {
      Logs.to(Logs.campaignFile(directory.path()));
      say("campaign %s in %s", settings.config().name(), shortest(directory.path()));
      settings.remark().ifPresent(remark -> say("%s", remark));
      if (retryFailed) {
        List<Integer> again = campaign.putBackFailed(trial -> true);
        say("trying failed trials again: %s", again.isEmpty() ? "there are none" : again);
      }
      interruption = Interruption.handle(console, campaign::requestPromptStop);
      result = interruption.watch(() -> run(settings, campaign, line));
    } finally {
      line.clear();
    }
    print(result, settings.config().search().second());
    if (result.ending() == CampaignResult.Ending.STOPPED) {
      say("stopped; go on with:  %s run %s", console.program(), file);
      return interruption.exitCode(0);
    }
    requireDone(result);
    say("%s", result.note());
    hints(directory, result);
    return interruption.exitCode(0);
  }

  /** A campaign that had to stop, or that has nothing to show, has failed. */
  private void requireDone(CampaignResult result) {
    if (result.ending() == CampaignResult.Ending.HALTED) {
      throw new Edm2SearchException(result.note());
    }
    List<Trial> trials = result.trials();
    if (trials.stream().noneMatch(trial -> trial.state() == TrialState.COMPLETE)) {
      Trial last = trials.get(trials.size() - 1);
      throw new Edm2SearchException(
          ("no trial completed; the last one, trial %d, is %s: %s; when that is mended:"
                  + " %s run %s --retry-failed")
              .formatted(last.number(), last.state(), last.reason(), console.program(), file));
    }
  }

  private CampaignResult run(CampaignSettings settings, Campaign campaign, LiveLine line) {
    long finished =
        campaign.trials().trials().stream().filter(trial -> trial.state().finished()).count();
    int left = (int) Math.max(0, settings.config().trials() - finished);
    return workers.run(settings, campaign, left, line, campaign::run);
  }

  private void say(String format, Object... values) {
    if (!workers.quiet()) {
      console.remark(format, values);
    }
  }

  private void print(CampaignResult result, Optional<Expense> second) {
    Leaderboard leaderboard = Leaderboard.of(result.trials(), second.orElse(Expense.FLOPS));
    if (json) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("ending", result.ending().name().toLowerCase(java.util.Locale.ROOT));
      answer.put("note", result.note());
      answer.put("trials", result.trials().size());
      answer.put("leaderboard", RankedTrial.of(leaderboard));
      console.printJson(answer);
    } else {
      say("");
      console.printText(LeaderboardText.of(leaderboard, FIRST_RANKS, console.width()));
      say("");
    }
  }

  private void hints(CampaignDirectory directory, CampaignResult result) {
    Path shown = shortest(directory.path());
    Leaderboard.of(result.trials())
        .best()
        .map(Trial::number)
        .ifPresent(
            best -> {
              say("see it:     %s serve %s", console.program(), shown);
              say("the best:   %s show %d %s", console.program(), best, shown);
              say("export it:  %s export %s --out best-model", console.program(), shown);
              say(
                  "samples:    %s",
                  shortest(directory.trial(best)).resolve(CampaignDirectory.SAMPLES));
            });
  }

  private static Path shortest(Path path) {
    Path here = Path.of("").toAbsolutePath();
    return path.startsWith(here) ? here.relativize(path) : path;
  }
}
