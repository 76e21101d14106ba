package org.edm2search.pipeline.release;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.edm2search.pipeline.trial.TrainedModel;
import org.edm2search.train.TrainedCandidate;

/** Exports of a campaign's trials. */
public final class TrialExport {

  private TrialExport() {}

  /**
   * Returns the model of a complete trial.
   *
   * @param directory of the trial
   * @param protocol how it is drawn from
   * @param choice what was chosen after the search, to be reported
   */
  public static ModelExport of(
      CampaignSettings settings,
      Trial trial,
      Path directory,
      EvaluationProtocol protocol,
      Optional<FinalChoice> choice) {
    return new ModelExport(
        "%s-trial-%d".formatted(settings.config().name(), trial.number()),
        settings.images().name(),
        settings.data().classConditional() ? settings.images().classes() : List.of(),
        new TrainedModel.Averaged(TrainedCandidate.read(directory)),
        protocol,
        metrics(trial, choice),
        facts(settings, trial, protocol));
  }

  private static Map<String, Object> metrics(Trial trial, Optional<FinalChoice> choice) {
    Measurement measurement = trial.measurement().orElseThrow();
    Map<String, Object> metrics = new LinkedHashMap<>();
    metrics.put(measurement.score().name(), measurement.score().value());
    for (Quantity quantity : measurement.others()) {
      metrics.put(quantity.name(), quantity.value());
    }
    metrics.put("protocol", measurement.protocol().text());
    metrics.put("protocol_digest", measurement.protocol().digest());
    choice.ifPresent(chosen -> metrics.put("finalist", chosen.toJson()));
    metrics.put("parameters", trial.candidate().cost().parameters());
    metrics.put("flops", trial.candidate().cost().multiplyAdds());
    return metrics;
  }

  private static Map<String, String> facts(
      CampaignSettings settings, Trial trial, EvaluationProtocol protocol) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("campaign", settings.config().name() + ", trial " + trial.number());
    facts.put("genotype", trial.candidate().genotype());
    facts.put("averaged weights", "power-function EMA of length " + protocol.ema());
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
}
