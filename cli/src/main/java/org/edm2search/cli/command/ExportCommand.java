package org.edm2search.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.cli.output.Console;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.model.checkpoint.ModelCard;
import org.edm2search.model.checkpoint.SamplerConfig;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.edm2search.pipeline.trial.Draw;
import org.edm2search.pipeline.trial.Json;
import org.edm2search.train.TrainedCandidate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a trial's network a bundle. */
@Command(
    name = "export",
    description = {
      "Write a trial's network as a bundle: averaged weights, architecture, sampler, metrics,"
          + " samples and a model card.",
      "'edm2-search sample' draws from it, and needs nothing else."
    },
    footer = {
      "  edm2-search export --out best-model",
      "  edm2-search export campaigns/quickstart --trial 3 --out g-star-k5"
    })
public final class ExportCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "CAMPAIGN",
      description = Campaigns.DESCRIPTION)
  private String campaign;

  @Option(
      names = "--trial",
      paramLabel = "TRIAL",
      defaultValue = Trials.BEST,
      description = "Number of the trial. Default: the best.")
  private String trialName;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      description = "Directory to write. Default: export/ in the campaign's directory.")
  private Path out;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public ExportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    CampaignDirectory directory = Campaigns.find(campaign);
    CampaignRecord record;
    Trial trial;
    try (TrialReader reader = directory.read()) {
      record = Campaigns.record(reader, directory);
      trial = Trials.complete(reader, trialName, directory);
    }
    Path target =
        out != null ? out : directory.export().resolve("trial-%04d".formatted(trial.number()));
    if (Files.exists(target) && !Files.isDirectory(target)) {
      throw new InvalidUseException(target + " exists and is not a directory");
    }
    CampaignSettings settings = Campaigns.settings(directory.config(), console);
    TrainedCandidate candidate = TrainedCandidate.read(directory.trial(trial.number()));
    ModelBundle bundle = bundle(settings, candidate, trial);
    String name = "%s-trial-%d".formatted(record.name(), trial.number());
    bundle.write(
        target,
        Files.readAllBytes(directory.trial(trial.number()).resolve(CampaignDirectory.SAMPLES)),
        ModelCard.markdown(name, settings.images().name(), bundle, facts(settings, trial)));
    print(target, trial);
    return 0;
  }

  private static ModelBundle bundle(
      CampaignSettings settings, TrainedCandidate candidate, Trial trial) {
    EvaluationProtocol protocol = settings.protocol();
    return new ModelBundle(
        Draw.averaged(candidate, protocol, candidate.images()),
        Draw.guide(candidate, protocol),
        new SamplerConfig(
            protocol.sampling(),
            candidate.labelDropout(),
            settings.data().classConditional() ? settings.images().classes() : List.of()),
        metrics(trial));
  }

  private static Map<String, Object> metrics(Trial trial) {
    Measurement measurement = trial.measurement().orElseThrow();
    Map<String, Object> metrics = new LinkedHashMap<>();
    metrics.put(measurement.score().name(), measurement.score().value());
    for (Quantity quantity : measurement.others()) {
      metrics.put(quantity.name(), quantity.value());
    }
    metrics.put("protocol", measurement.protocol().text());
    metrics.put("protocol_digest", measurement.protocol().digest());
    metrics.put("parameters", trial.candidate().cost().parameters());
    metrics.put("flops", trial.candidate().cost().multiplyAdds());
    return metrics;
  }

  private static Map<String, String> facts(CampaignSettings settings, Trial trial) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("campaign", settings.config().name() + ", trial " + trial.number());
    facts.put("genotype", trial.candidate().genotype());
    facts.put("averaged weights", "power-function EMA of length " + settings.protocol().ema());
    trial
        .provenance()
        .ifPresent(
            provenance -> {
              facts.put("seed", Long.toString(provenance.seed()));
              provenance.digests().forEach((role, digest) -> facts.put("digest, " + role, digest));
              provenance
                  .versions()
                  .forEach((program, version) -> facts.put("version, " + program, version));
              facts.put("device", provenance.device());
            });
    return facts;
  }

  private void print(Path target, Trial trial) {
    if (json) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("bundle", target.toString());
      answer.put("trial", trial.number());
      console.printText(Json.write(answer));
    } else {
      console.print("trial %d: %s", trial.number(), target);
      console.remark("draw images:  %s sample %s --out grid.png", console.program(), target);
    }
  }
}
