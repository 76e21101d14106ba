package org.edm2search.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.cli.output.TextTable;
import org.edm2search.eval.DistanceMeter;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.Reference;
import org.edm2search.eval.SampleSet;
import org.edm2search.pipeline.release.FinalChoice;
import org.edm2search.pipeline.release.FinalChoices;
import org.edm2search.pipeline.release.Finalists;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.edm2search.pipeline.trial.FinalistScoring;
import org.edm2search.pipeline.trial.FinalistScoring.FinalistPlan;
import org.edm2search.pipeline.trial.FinalistScoring.Result;
import org.edm2search.pipeline.trial.Json;
import org.edm2search.pipeline.trial.ScoreBook;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Scores the best trials of a campaign again, for reporting. */
@Command(
    name = "finalists",
    description = {
      "Score the best trials of a campaign again with more samples, and print mean and spread over"
          + " blocks of seeds.",
      "EMA length and guidance weight are chosen on the campaign's seeds, and the choice is reported"
          + " on others. 'export' uses the choice. An interrupted run goes on where it was."
    },
    footer = {
      "  edm2-search finalists campaigns/quickstart",
      "  edm2-search finalists campaigns/quickstart --top 2 --ema 0.05,0.1,0.15 --samples 10000",
      "  edm2-search finalists campaigns/quickstart --trials 3,7"
    })
public final class FinalistsCommand implements Callable<Integer> {

  private static final String FILE = "finalists.json";

  private final Console console;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "CAMPAIGN",
      description = Campaigns.DESCRIPTION)
  private String campaign;

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "3",
      description = "How many trials. Default: 3.")
  private int top;

  @Option(
      names = "--trials",
      paramLabel = "N",
      split = ",",
      description = "These trials instead of the best. G*, trial 0, is always among them.")
  private List<Integer> numbers = List.of();

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
      description = "Blocks of seeds that are reported. Default: 3.")
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

  @Mixin private FeatureFileOption featureFile;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public FinalistsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    InvalidUseException.requireBetween("--top", top, 1, 1000);
    InvalidUseException.requireBetween("--samples", samples, 2, SampleSet.MOST);
    InvalidUseException.requireBetween("--blocks", blocks, 1, 100);
    CampaignDirectory directory = Campaigns.find(campaign);
    List<Leaderboard.Row> rows = best(directory);
    ScoreBook book = book(directory);
    CampaignSettings settings = Campaigns.settings(directory.config(), console);
    FinalistPlan plan = plan(settings.protocol());
    FinalChoices choices = FinalChoices.of(directory.path());
    String label;
    LiveLine line = new LiveLine(console, System::nanoTime);
    Map<Leaderboard.Row, Result> results = new LinkedHashMap<>();
    try (OpenFeatures open =
        new OpenFeatures(settings.protocol().features(), featureFile.files(), line)) {
      Reference reference = open.of(settings.images());
      label =
          settings
              .protocol()
              .with(settings.protocol().set().withCount(samples))
              .label(open.extractor().id());
      FinalistScoring scoring =
          new FinalistScoring(
              plan,
              settings.shape(),
              open.extractor(),
              reference,
              new DistanceMeter(reference.statistics(), open.some(settings.images())),
              book);
      for (Leaderboard.Row row : rows) {
        int number = row.trial().number();
        Result result =
            scoring.score(
                directory.trial(number),
                (what, drawn, total) -> {
                  if (line.due()) {
                    line.show(
                        "trial %d, %s: %,d/%,d images drawn".formatted(number, what, drawn, total));
                  }
                });
        choices.put(number, FinalChoice.of(result, label));
        results.put(row, result);
      }
      line.clear();
    }
    print(results, label);
    return 0;
  }

  private static ScoreBook book(CampaignDirectory directory) {
    Path file = directory.path().resolve(FILE);
    try {
      return ScoreBook.open(file);
    } catch (IOException e) {
      throw new InvalidUseException(
          "%s is damaged (%s); move it away to score anew".formatted(file, e.getMessage()), e);
    }
  }

  private List<Leaderboard.Row> best(CampaignDirectory directory) {
    try (TrialReader reader = directory.read()) {
      Leaderboard leaderboard = Leaderboard.of(reader.trials());
      if (leaderboard.tables().isEmpty()) {
        throw new InvalidUseException(directory.path() + " has no complete trial yet");
      }
      return Finalists.of(leaderboard, top, numbers);
    } catch (IllegalArgumentException e) {
      throw new InvalidUseException(directory.path() + ": " + e.getMessage(), e);
    }
  }

  private FinalistPlan plan(EvaluationProtocol base) {
    try {
      return FinalistPlan.of(base, lengths, weights, samples, blocks);
    } catch (IllegalArgumentException e) {
      throw new InvalidUseException(e.getMessage(), e);
    }
  }

  private void print(Map<Leaderboard.Row, Result> results, String label) {
    if (json) {
      console.printText(Json.write(json(results, label)));
      return;
    }
    TextTable table =
        new TextTable("trial", "search score", "EMA", "guidance", label, "±", "least", "blocks");
    results.forEach(
        (row, result) ->
            table.row(
                name(row.trial()),
                number(row.score()),
                number(result.chosen().ema()),
                number(result.chosen().guidance().weight()),
                number(result.mean()),
                number(result.standardDeviation()),
                number(result.least()),
                String.join(" ", result.blocks().stream().map(FinalistsCommand::number).toList())));
    console.printText(table.toString());
    console.print(
        "Mean and standard deviation over %d blocks of %,d seeds that nothing was chosen on.",
        blocks, samples);
    console.remark("'export' and 'train --trial' use the EMA length and guidance chosen here");
  }

  private static String name(Trial trial) {
    return trial.number() == 0 ? "G* 0" : Integer.toString(trial.number());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }

  private static List<Map<String, Object>> json(
      Map<Leaderboard.Row, Result> results, String label) {
    List<Map<String, Object>> answers = new ArrayList<>();
    results.forEach(
        (row, result) -> {
          Map<String, Object> answer = new LinkedHashMap<>();
          answer.put("trial", row.trial().number());
          answer.put("search_score", row.score());
          answer.put("ema", result.chosen().ema());
          answer.put("guidance", result.chosen().guidance().weight());
          answer.put("score_name", label);
          answer.put("mean", result.mean());
          answer.put("standard_deviation", result.standardDeviation());
          answer.put("least", result.least());
          answer.put("blocks", result.blocks());
          answers.add(answer);
        });
    return answers;
  }
}
