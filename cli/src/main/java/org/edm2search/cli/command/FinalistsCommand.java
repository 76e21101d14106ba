package org.edm2search.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.edm2search.campaign.Campaign;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.CampaignResult;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.race.Race;
import org.edm2search.campaign.race.RaceLimits;
import org.edm2search.campaign.race.RaceStart;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.cli.output.Logs;
import org.edm2search.cli.output.ProgressBar;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.SampleSet;
import org.edm2search.pipeline.release.Finalists;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.edm2search.pipeline.trial.FinalistPlan;
import org.edm2search.pipeline.trial.FinalistResult;
import org.edm2search.pipeline.trial.FinalistScoring;
import org.edm2search.pipeline.trial.ScoreBook;
import org.edm2search.pipeline.worker.Signals;
import org.edm2search.space.base.Edm2SearchException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains the best trials of a campaign again until it is clear which is best, and scores them. */
@Command(
    name = "finalists",
    description = {
      "Train the best trials of a campaign and G* again, with other seeds, until it is clear which is"
          + " best; then score them with more samples, and say so in a sentence.",
      "Who trains on is decided by sequential halving: all once, the better half twice, and so on;"
          + " the last two side by side. Trainings are trials of the campaign. Then EMA length and"
          + " guidance weight are chosen on the campaign's seeds, and the choice is reported on"
          + " others; 'export' uses it. An interrupted call goes on where it was: the same command."
    },
    footer = {
      "  edm2-search finalists campaigns/quickstart",
      "  edm2-search finalists campaigns/quickstart --top 5 --confidence 0.9 --runs 30",
      "  edm2-search finalists campaigns/quickstart --runs 0 --ema 0.05,0.1,0.15 --samples 10000",
      "  edm2-search finalists campaigns/quickstart --trials 3,7 --flops 1e13"
    })
public final class FinalistsCommand implements Callable<Integer> {

  private static final int BAR = 20;

  private final Console console;
  private final Clock clock;

  @Mixin private NamedCampaign campaign;

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "3",
      description = "How many trials, and G*. Default: 3.")
  private int top;

  @Option(
      names = "--trials",
      paramLabel = "N",
      split = ",",
      description = "These trials instead of the best. G*, trial 0, is always among them.")
  private List<Integer> numbers = List.of();

  @Mixin private RaceOptions race;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "5000",
      description = "Images of a block that is reported. Default: 5000.")
  private int samples;

  @Option(
      names = "--blocks",
      paramLabel = "B",
      defaultValue = "3",
      description =
          "Blocks of seeds that are reported, dealt out among a trial's trainings; at least one for"
              + " each. Default: 3.")
  private int blocks;

  @Option(
      names = "--ema",
      paramLabel = "L",
      split = ",",
      description = "EMA lengths to choose among. Default: the campaign's alone.")
  private List<Double> lengths = List.of();

  @Option(
      names = "--guidance",
      paramLabel = "W",
      split = ",",
      description =
          "Guidance weights to choose among, 1 being none; the guide is the campaign's. Default: the"
              + " campaign's alone.")
  private List<Double> weights = List.of();

  @Mixin private WorkersOption workers;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public FinalistsCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    InvalidUseException.requireBetween("--top", top, 1, 1000);
    InvalidUseException.requireBetween("--samples", samples, 2, SampleSet.MOST);
    InvalidUseException.requireBetween("--blocks", blocks, 1, 100);
    workers.requireValid();
    race.limits(1);
    CampaignDirectory directory = campaign.directory();
    List<Integer> chosen = chosen(directory);
    ScoreBook book = book(directory);
    CampaignSettings settings = Campaigns.settings(directory.config(), console);
    FinalistPlan plan = plan(settings.protocol());
    LiveLine line = new LiveLine(console, System::nanoTime);
    String ending = "";
    if (race.trains()) {
      Raced raced = race(settings, directory, chosen, line);
      if (raced.result().ending() == CampaignResult.Ending.STOPPED) {
        console.remark("stopped; the same command goes on");
        return raced.interruption().exitCode(0);
      }
      if (raced.result().ending() == CampaignResult.Ending.HALTED) {
        throw new Edm2SearchException(raced.result().note());
      }
      chosen = raced.start().contenders();
      ending = raced.note();
    }
    Leaderboard leaderboard = leaderboard(directory);
    FinalistsText text;
    try (Signals signals = Interruption.endAtOnce(console)) {
      text = scored(settings, directory, rows(leaderboard, chosen), plan, book, line);
    }
    Optional<String> note = Optional.of(ending).filter(words -> !words.isEmpty());
    if (json) {
      console.printText(text.json(note));
    } else {
      console.printText(text.text(note, console.width()));
      console.remark("'export' and 'train --trial' use the EMA length and guidance chosen here");
    }
    return 0;
  }

  // ---------------------------------------------------------------- training

  private record Raced(
      RaceStart start, CampaignResult result, String note, Interruption interruption) {}

  private Raced race(
      CampaignSettings settings, CampaignDirectory directory, List<Integer> chosen, LiveLine line) {
    if (!settings.config().directory().path().equals(directory.path())) {
      throw new InvalidUseException(
          "%s: its file says the campaign is in %s; train there, from the directory it was run in, or give --runs 0 to score only"
              .formatted(directory.path(), settings.config().directory().path()));
    }
    try (Campaign open =
        Campaign.open(
            settings.config(),
            settings.space(),
            workers.environment(settings),
            settings.pricing(),
            clock)) {
      Logs.to(Logs.campaignFile(directory.path()));
      List<Trial> trials = open.trials().trials();
      RaceStart start = RaceStart.in(directory, asked(), chosen, trials);
      RaceLimits limits = race.limits(start.contenders().size());
      Race running = new Race(start, limits, settings.pricing(), clock);
      int left = Math.max(0, limits.runs() - running.runs(trials).size());
      Interruption interruption = Interruption.handle(console, open::requestPromptStop);
      try {
        CampaignResult result =
            interruption.watch(
                () ->
                    workers.run(
                        settings,
                        open,
                        left,
                        line,
                        (executor, listener) -> open.repeat(running, executor, listener)));
        return new Raced(start, result, running.note(), interruption);
      } finally {
        interruption.end();
        line.clear();
      }
    }
  }

  private String asked() {
    return numbers.isEmpty()
        ? "top " + top
        : "trials "
            + numbers.stream().sorted().map(String::valueOf).collect(Collectors.joining(","));
  }

  private List<Integer> chosen(CampaignDirectory directory) {
    try {
      return Finalists.of(leaderboard(directory), top, numbers).stream()
          .map(row -> row.trial().number())
          .toList();
    } catch (IllegalArgumentException e) {
      throw new InvalidUseException(directory.path() + ": " + e.getMessage(), e);
    }
  }

  private static Leaderboard leaderboard(CampaignDirectory directory) {
    try (TrialReader reader = directory.read()) {
      Leaderboard leaderboard = Leaderboard.of(reader.trials());
      if (leaderboard.tables().isEmpty()) {
        throw new InvalidUseException(directory.path() + " has no complete trial yet");
      }
      return leaderboard;
    }
  }

  private static List<Leaderboard.Row> rows(Leaderboard leaderboard, List<Integer> chosen) {
    return leaderboard.tables().get(0).rows().stream()
        .filter(row -> chosen.contains(row.trial().number()))
        .toList();
  }

  // ---------------------------------------------------------------- scoring

  private FinalistsText scored(
      CampaignSettings settings,
      CampaignDirectory directory,
      List<Leaderboard.Row> rows,
      FinalistPlan plan,
      ScoreBook book,
      LiveLine line) {
    try (OpenFeatures open =
        new OpenFeatures(settings.protocol().features(), workers.features().files(), line)) {
      FinalistScoring scoring = new FinalistScoring(plan, open.scoring(settings), book);
      List<FinalistResult> results =
          Finalists.score(
              directory, rows, scoring, (what, drawn, total) -> show(line, what, drawn, total));
      return new FinalistsText(rows, results, scoring.label(), samples);
    } finally {
      line.clear();
    }
  }

  private void show(LiveLine line, String what, int drawn, int total) {
    if (line.due() && !workers.quiet()) {
      String bar = line.live() ? ProgressBar.of(drawn, total, BAR) + " " : "";
      line.show("%s%s: %,d/%,d images drawn".formatted(bar, what, drawn, total));
    }
  }

  private static ScoreBook book(CampaignDirectory directory) {
    Path file = directory.path().resolve(CampaignDirectory.FINALISTS);
    try {
      return ScoreBook.open(file);
    } catch (IOException e) {
      throw new InvalidUseException(
          "%s is damaged (%s); move it away to score anew".formatted(file, e.getMessage()), e);
    }
  }

  private FinalistPlan plan(EvaluationProtocol base) {
    try {
      return FinalistPlan.of(base, lengths, weights, samples, blocks);
    } catch (IllegalArgumentException e) {
      throw new InvalidUseException(e.getMessage(), e);
    }
  }
}
