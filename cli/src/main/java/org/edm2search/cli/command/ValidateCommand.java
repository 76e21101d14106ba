package org.edm2search.cli.command;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.edm2search.campaign.CampaignConfig;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.campaign.report.SpentFlops;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.eval.Distance;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.edm2search.space.SpaceSurvey;
import org.edm2search.space.constraint.Constraint;
import org.edm2search.space.cost.Cost;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks a campaign's file without running it. */
@Command(
    name = "validate",
    description = {
      "Check a campaign's file: every key, the search space, the budget. Writes nothing.",
      "Also predict its FLOPs, memory and disk, and warn where the machine has less.",
      "Exit code 2, and one line with file, line, key and rule, if something is wrong."
    },
    footer = {
      "  edm2-search validate examples/quickstart.yaml",
      "  edm2-search validate examples/quickstart.yaml --measure     hours on this machine",
      "  edm2-search validate examples/quickstart.yaml --json"
    })
public final class ValidateCommand implements Callable<Integer> {

  private static final int SURVEY_DRAWS = 1_000;

  private final Console console;

  @Parameters(paramLabel = "FILE", description = "The campaign's YAML file.")
  private Path file;

  @Option(
      names = "--measure",
      description =
          "Time a few steps of G* on this machine, for hours and memory. Takes up to a minute.")
  private boolean measure;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public ValidateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CampaignSettings settings = Campaigns.settings(file, console);
    Optional<Forecast.Measured> measured =
        measure
            ? Optional.of(Forecast.measure(settings, new LiveLine(console, System::nanoTime)))
            : Optional.empty();
    Forecast forecast = Forecast.of(settings, measured);
    if (json) {
      Map<String, Object> answer = json(settings);
      answer.put("forecast", forecast.json());
      console.printJson(answer);
    } else {
      print(settings);
      forecast.lines().forEach((name, text) -> console.print("%-9s %s", name, text));
    }
    forecast.warnings().forEach(warning -> console.remark("warning: %s", warning));
    warnOfFewSamples(settings.protocol());
    settings.remark().ifPresent(remark -> console.remark("%s", remark));
    return 0;
  }

  private void warnOfFewSamples(EvaluationProtocol protocol) {
    if (protocol.objective() != Distance.KID && protocol.samples() < Distance.AXES) {
      console.remark(
          "warning: evaluation.samples: %d are too few for a covariance along %d axes, and such scores"
              + " hardly tell networks apart; 1000 are usual",
          protocol.samples(), Distance.AXES);
    }
  }

  private void print(CampaignSettings settings) {
    CampaignConfig config = settings.config();
    Cost seed = settings.space().seedCost();
    console.print("%s is valid", file);
    console.print(
        "campaign  %s: %d trials, %s search, seed %d, in %s",
        config.name(),
        config.trials(),
        config.search().strategy().text(),
        config.seed(),
        config.directory().path());
    console.print(
        "space     %,d genotypes of %d loci in %d genes",
        settings.space().size(), settings.space().loci().size(), settings.space().genes().size());
    SpaceSurvey survey = survey(settings);
    settings
        .space()
        .constraints()
        .forEach(limit -> console.print("limit     %s", limit(settings, limit)));
    settings
        .space()
        .violationUnmeasured(settings.space().seedGenotype())
        .ifPresent(
            reason ->
                console.print("          G* is trained as the reference all the same, %s", reason));
    console.print(
        "allowed   about %.3g %% of them, by %,d random draws",
        100.0 * survey.allowed() / survey.draws(), survey.draws());
    console.print(
        "costs     %,d to %,d parameters, %,d to %,d FLOPs",
        survey.least().parameters(),
        survey.most().parameters(),
        survey.least().multiplyAdds(),
        survey.most().multiplyAdds());
    console.print(
        "G*        %,d parameters, %,d FLOPs (one multiply-add = 1)",
        seed.parameters(), seed.multiplyAdds());
    console.print("a trial   of G* takes %s", SpendingText.of(settings.pricing().whole(seed)));
    config
        .flops()
        .ifPresent(
            flops ->
                console.print(
                    "budget    %s FLOPs: about %d trials",
                    Amounts.count(flops.doubleValue()), settings.affordableTrials()));
    console.print(
        "training  %s FLOPs a trial: %,d images for G*, in batches of %d",
        Amounts.count(settings.recipe().multiplyAdds()),
        settings.trainedImages(),
        settings.recipe().batch());
    config
        .fidelity()
        .ifPresent(
            fidelity ->
                console.print(
                    "rungs     %d, each %d times the one below; held-out loss on %,d images",
                    fidelity.rungs(), fidelity.factor(), settings.heldOut().orElseThrow().count()));
    console.print(
        "data      %s at %dx%d, %,d images, %d channels, %d classes",
        settings.images().name(),
        settings.images().resolution(),
        settings.images().resolution(),
        settings.images().count(),
        settings.images().channels(),
        settings.images().classes().size());
    console.print(
        "scoring   %,d samples of %d steps",
        settings.protocol().samples(), settings.protocol().sampling().schedule().steps());
  }

  private static String limit(CampaignSettings settings, Constraint limit) {
    return limit.declared().equals(CampaignSettings.AFFORDABLE)
        ? String.format(
            Locale.ROOT,
            "flops <= %,d: of a larger network, %s buys no batch",
            settings.recipe().mostMultiplyAdds(),
            CampaignSettings.AFFORDABLE)
        : limit.toString();
  }

  private static SpaceSurvey survey(CampaignSettings settings) {
    return settings.space().survey(SURVEY_DRAWS, new SplittableRandom(settings.config().seed()));
  }

  private static Map<String, Object> json(CampaignSettings settings) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("valid", true);
    answer.put("campaign", settings.config().name());
    answer.put("directory", settings.config().directory().path().toString());
    answer.put("trials", settings.config().trials());
    settings.config().flops().ifPresent(flops -> answer.put("budget_flops", flops));
    answer.put("affordable_trials", settings.affordableTrials());
    answer.put("trial_flops", SpentFlops.of(settings.pricing().whole(settings.space().seedCost())));
    answer.put("strategy", settings.config().search().strategy().text());
    answer.put("genotypes", settings.space().size());
    SpaceSurvey survey = survey(settings);
    answer.put("allowed_share", (double) survey.allowed() / survey.draws());
    answer.put("least_parameters", survey.least().parameters());
    answer.put("most_parameters", survey.most().parameters());
    answer.put("least_flops", survey.least().multiplyAdds());
    answer.put("most_flops", survey.most().multiplyAdds());
    answer.put("loci", settings.space().loci().size());
    answer.put("seed_parameters", settings.space().seedCost().parameters());
    answer.put("seed_flops", settings.space().seedCost().multiplyAdds());
    answer.put("seed_training_images", settings.trainedImages());
    answer.put("samples", settings.protocol().samples());
    return answer;
  }
}
