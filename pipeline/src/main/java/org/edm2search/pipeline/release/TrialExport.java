package org.edm2search.pipeline.release;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.edm2search.campaign.CampaignConfig;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.data.ImageDataset;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.fid.Estimate;
import org.edm2search.pipeline.trial.TrainedModel;
import org.edm2search.train.TrainedCandidate;

/**
 * Exports of a campaign's trials.
 *
 * @param config the campaign's file
 * @param images its data set, where that is here: it has the names of classes
 * @param trials all of its trials, which a trial is compared with
 */
public record TrialExport(
    CampaignConfig config, Optional<ImageDataset> images, List<Trial> trials) {

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
    Path directory = config.directory().trial(trial.number());
    Optional<TrialStanding> standing = TrialStanding.of(trials, trial);
    return new ModelExport(
        "%s-trial-%d".formatted(config.name(), trial.number()),
        new ModelOrigin(
            dataset(), classes(trial), training(trial, protocol), Optional.of(config.text())),
        new TrainedModel.Averaged(TrainedCandidate.read(directory)),
        protocol,
        metrics(trial, standing, choice),
        standing.map(TrialStanding::warnings).orElse(List.of()),
        options);
  }

  private String dataset() {
    return CampaignConfig.datasetName(
        images.map(ImageDataset::name).orElseGet(() -> config.data().string("dataset")));
  }

  private List<String> classes(Trial trial) {
    int told = trial.candidate().architecture().labelDim();
    return images
        .map(ImageDataset::classes)
        .filter(names -> names.size() == told)
        .orElse(List.of());
  }

  /** What the trial was trained on, whatever is there now. */
  private String digest(Trial trial) {
    return trial
        .provenance()
        .map(Provenance::digests)
        .map(digests -> digests.get("data set"))
        .or(() -> images.map(ImageDataset::digest))
        .orElse("unknown");
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
    training.put("data", ModelOrigin.data(dataset(), digest(trial)));
    training.put("campaign", config.name());
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
