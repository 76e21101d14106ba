package org.edm2search.pipeline.release;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.fid.Estimate;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.edm2search.pipeline.trial.TrainedModel;
import org.edm2search.train.TrainedCandidate;

/**
 * Exports of a campaign's trials.
 *
 * @param settings the campaign
 * @param trials all of its trials, which a trial is compared with
 */
public record TrialExport(CampaignSettings settings, List<Trial> trials) {

  public TrialExport {
    trials = List.copyOf(trials);
  }

  /**
   * Returns the model of a complete trial.
   *
   * @param protocol how it is drawn from
   * @param choice what was chosen after the search, to be reported
   */
  public ModelExport of(
      Trial trial,
      EvaluationProtocol protocol,
      Optional<FinalChoice> choice,
      ModelExport.Options options) {
    Path directory = settings.config().directory().trial(trial.number());
    Optional<TrialStanding> standing = TrialStanding.of(trials, trial);
    return new ModelExport(
        "%s-trial-%d".formatted(settings.config().name(), trial.number()),
        new ModelOrigin(
            settings.images().name(),
            settings.data().classConditional() ? settings.images().classes() : List.of(),
            training(trial, protocol),
            Optional.of(settings.config().text())),
        new TrainedModel.Averaged(TrainedCandidate.read(directory)),
        protocol,
        metrics(trial, standing, choice),
        standing.map(TrialStanding::warnings).orElse(List.of()),
        options);
  }

  private static Map<String, Object> metrics(
      Trial trial, Optional<TrialStanding> standing, Optional<FinalChoice> choice) {
    Measurement measurement = trial.measurement().orElseThrow();
    Map<String, Object> metrics = new LinkedHashMap<>();
    metrics.put("score", score(measurement));
    standing.ifPresent(
        found -> {
          metrics.put("runs", found.runs());
          metrics.put("standing", found.toJson());
        });
    choice.ifPresent(chosen -> metrics.put(FinalChoice.KEY, chosen.toJson()));
    Map<String, Object> quantities = new LinkedHashMap<>();
    for (Quantity quantity : measurement.others()) {
      if (!quantity.name().equals(Quantity.SCORE_DEVIATION)) {
        quantities.put(quantity.name(), quantity.value());
      }
    }
    metrics.put("quantities", quantities);
    metrics.put("parameters", trial.candidate().cost().parameters());
    metrics.put("flops", trial.candidate().cost().multiplyAdds());
    return metrics;
  }

  private static Map<String, Object> score(Measurement measurement) {
    return ScoreFacts.of(
        measurement.score().name(),
        new Estimate(
            measurement.score().value(),
            measurement.value(Quantity.SCORE_DEVIATION).orElse(Double.NaN)),
        measurement.protocol().text(),
        measurement.protocol().digest());
  }

  private Map<String, Object> training(Trial trial, EvaluationProtocol protocol) {
    Map<String, Object> training = new LinkedHashMap<>();
    training.put("data", ModelOrigin.data(settings.images()));
    training.put("campaign", settings.config().name());
    training.put("trial", trial.number());
    training.put("genotype", trial.candidate().genotype().text());
    training.put("architecture_id", trial.candidate().architectureId());
    training.put("ema", protocol.ema());
    training.put("flops", trial.spent().byPurpose());
    trial.provenance().ifPresent(provenance -> training.putAll(described(provenance)));
    return training;
  }

  private static Map<String, Object> described(Provenance provenance) {
    Map<String, Object> described = new LinkedHashMap<>();
    described.put("seed", provenance.seed());
    described.put("versions", provenance.versions());
    described.put("digests", provenance.digests());
    described.put("device", provenance.device());
    return described;
  }
}
