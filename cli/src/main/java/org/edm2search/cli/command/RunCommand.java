package org.edm2search.cli.command;

import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.edm2search.campaign.Campaign;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.CampaignListener;
import org.edm2search.campaign.CampaignResult;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.Json;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.cli.output.Logs;
import org.edm2search.cli.trial.CampaignSettings;
import org.edm2search.cli.trial.TrainAndScore;
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
      "  edm2-search run examples/quickstart.yaml --quiet --json > result.json"
    })
public final class RunCommand implements Callable<Integer> {

  private final Console console;
  private final Clock clock;

  @Parameters(paramLabel = "FILE", description = "The campaign's YAML file.")
  private Path file;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print no progress.")
  private boolean quiet;

  @Option(names = "--json", description = "Print the leaderboard as JSON.")
  private boolean json;

  @Mixin private FeatureFileOption features;

  public RunCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    CampaignSettings settings = Campaigns.settings(file, console);
    CampaignDirectory directory = settings.config().directory();
    requireReadable(directory);
    CampaignResult result;
    Interruption interruption;
    LiveLine line = new LiveLine(console, System::nanoTime);
    try (TrainAndScore objective = new TrainAndScore(settings, features.files());
        Campaign campaign =
            Campaign.open(settings.config(), settings.space(), objective.environment(), clock)) {
      Logs.to(Logs.campaignFile(directory.path()));
      say("campaign %s in %s", settings.config().name(), shortest(directory.path()));
      settings.remark().ifPresent(remark -> say("%s", remark));
      interruption = Interruption.handle(console, campaign::requestStop);
      result = campaign.run(objective, quiet ? CampaignListener.NONE : new RunReport(line));
    } finally {
      line.clear();
    }
    print(result);
    if (result.ending() == CampaignResult.Ending.STOPPED) {
      say("stopped; go on with:  %s run %s", console.program(), file);
    } else {
      say("%s", result.note());
      hints(directory, result);
    }
    return interruption.exitCode(0);
  }

  /** Finds a damaged store before anything is written. */
  private static void requireReadable(CampaignDirectory directory) {
    if (directory.exists()) {
      directory.read().close();
    }
  }

  private void say(String format, Object... values) {
    if (!quiet) {
      console.remark(format, values);
    }
  }

  private void print(CampaignResult result) {
    Leaderboard leaderboard = Leaderboard.of(result.trials());
    if (json) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("ending", result.ending().name().toLowerCase(java.util.Locale.ROOT));
      answer.put("note", result.note());
      answer.put("trials", result.trials().size());
      answer.put("leaderboard", LeaderboardText.json(leaderboard));
      console.printText(Json.write(answer));
    } else {
      say("");
      console.printText(LeaderboardText.of(leaderboard));
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
