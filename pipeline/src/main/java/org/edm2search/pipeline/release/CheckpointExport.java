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
   * @param protocol how images are drawn: averaged weights, sampler, guidance
   * @param run what the directory that it was trained in says
   * @param score what it scores, drawn so
   */
  public static ModelExport of(
      String name,
      TrainedModel model,
      Optional<ImageDataset> images,
      EvaluationProtocol protocol,
      Optional<RunFiles> run,
      Optional<LastScore> score,
      ModelExport.Options options) {
    Cost cost = CostModel.of(model.architecture());
    Map<String, Object> metrics = new LinkedHashMap<>();
    score.ifPresent(found -> metrics.putAll(found.metrics()));
    metrics.put("parameters", cost.parameters());
    metrics.put("flops", cost.multiplyAdds());
    boolean named =
        images.filter(data -> data.classes().size() == model.architecture().labelDim()).isPresent();
    return new ModelExport(
        name,
        new ModelOrigin(
            images.map(ImageDataset::name).orElse("unknown"),
            named ? images.orElseThrow().classes() : List.of(),
            training(model, images, protocol, run),
            run.map(RunFiles::text)),
        model,
        protocol,
        metrics,
        List.of(),
        options);
  }

  private static Map<String, Object> training(
      TrainedModel model,
      Optional<ImageDataset> images,
      EvaluationProtocol protocol,
      Optional<RunFiles> run) {
    Map<String, Object> training = new LinkedHashMap<>();
    images.ifPresent(data -> training.put("data", ModelOrigin.data(data.name(), data.digest())));
    run.ifPresent(files -> training.putAll(files.origin()));
    training.remove(RunFiles.GUIDANCE);
    if (protocol.guidance().active()) {
      training.put(RunFiles.GUIDANCE, protocol.guidance().weight());
    }
    if (model instanceof TrainedModel.Averaged averaged) {
      long trained = averaged.candidate().images();
      training.put("ema", protocol.ema());
      // For programs, which tell by it whether two checkpoints are of one run.
      training.put("checkpoint", Map.of("run", run(averaged.candidate().checkpoint())));
      training.put("trained_images", trained);
      training.put(
          "flops",
          Map.of("training", TrainingRecipe.spent(CostModel.of(model.architecture()), trained)));
    }
    training.put("versions", Map.of("edm2-search", Version.current()));
    return training;
  }

  private static String run(Checkpoint checkpoint) {
    return checkpoint.progress().getOrDefault("run", "unknown");
  }
}
