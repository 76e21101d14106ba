package org.edm2search.pipeline.release;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.edm2search.data.ImageDataset;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.model.checkpoint.Checkpoint;
import org.edm2search.pipeline.trial.TrainedModel;
import org.edm2search.pipeline.trial.Version;
import org.edm2search.space.cost.Cost;
import org.edm2search.space.cost.CostModel;
import org.edm2search.train.TrainingRecipe;

/** Exports of checkpoints and weights that no campaign made. */
public final class CheckpointExport {

  private CheckpointExport() {}

  /**
   * Returns the model of a checkpoint or of weights.
   *
   * @param name of the model
   * @param images what it was trained on, if that is known
   * @param protocol how it is drawn from
   * @param origin facts of its training by name
   */
  public static ModelExport of(
      String name,
      TrainedModel model,
      Optional<ImageDataset> images,
      EvaluationProtocol protocol,
      Map<String, String> origin) {
    Cost cost = CostModel.of(model.architecture());
    Map<String, Object> metrics = new LinkedHashMap<>();
    Map<String, String> facts = new LinkedHashMap<>(origin);
    if (model instanceof TrainedModel.Averaged averaged) {
      long trained = averaged.candidate().images();
      metrics.put("trained_images", trained);
      metrics.put("training_flops", TrainingRecipe.spent(cost, trained));
      facts.put("averaged weights", "power-function EMA of length " + protocol.ema());
      facts.put("run", run(averaged.candidate().checkpoint()));
    }
    metrics.put("parameters", cost.parameters());
    metrics.put("flops", cost.multiplyAdds());
    images.ifPresent(data -> facts.put("digest, data set", data.digest()));
    facts.put("version, edm2-search", Version.current());
    boolean named =
        images.filter(data -> data.classes().size() == model.architecture().labelDim()).isPresent();
    return new ModelExport(
        name,
        images.map(ImageDataset::name).orElse("unknown"),
        named ? images.orElseThrow().classes() : List.of(),
        model,
        protocol,
        metrics,
        facts);
  }

  private static String run(Checkpoint checkpoint) {
    return checkpoint.progress().getOrDefault("run", "unknown");
  }
}
