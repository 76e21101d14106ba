package org.edm2search.pipeline.release;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.data.source.DataChoice;
import org.edm2search.model.checkpoint.WeightedNetwork;
import org.edm2search.pipeline.trial.TrainedModel;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.base.Sha256;
import org.edm2search.space.yaml.Section;
import org.edm2search.train.Trainer;
import org.edm2search.train.TrainingRecipe;

/**
 * One network that is to be trained outside a campaign, and how.
 *
 * @param architecture of the network
 * @param data to train on
 * @param recipe to train by
 * @param seed of weights, order and noise
 * @param start weights to begin with; new ones if empty
 * @param recipeText YAML that data and recipe were read from
 * @param origin where the network comes from: facts by name
 * @param choice what finalists chose for the trial it comes from
 */
public record TrainingPlan(
    ArchitectureSpec architecture,
    DataChoice data,
    TrainingRecipe recipe,
    long seed,
    Optional<Trainer.Start> start,
    String recipeText,
    Map<String, String> origin,
    Optional<FinalChoice> choice) {

  private static final String DEFAULT_FLOPS = "1e12";

  public TrainingPlan {
    origin = Map.copyOf(origin);
  }

  /**
   * What replaces the recipe's or the trial's own.
   *
   * @param flops training budget, as a recipe gives it
   * @param seed of weights, order and noise
   */
  public record Changes(Optional<String> flops, OptionalLong seed) {

    private TrainingRecipe applyTo(TrainingRecipe recipe) {
      return flops
          .map(amount -> Section.of(Map.of("flops", amount), "--flops"))
          .map(budget -> recipe.withMultiplyAdds(TrainingRecipe.read(budget).multiplyAdds()))
          .orElse(recipe);
    }
  }

  /**
   * Trains a campaign's trial anew.
   *
   * @throws IOException if the campaign's file cannot be read
   */
  public static TrainingPlan ofTrial(CampaignDirectory directory, Trial trial, Changes changes)
      throws IOException {
    String text = Files.readString(directory.config());
    Section file = Section.parse(text, directory.config().toString());
    return new TrainingPlan(
        trial.candidate().architecture(),
        DataChoice.read(file.section("data")),
        changes.applyTo(TrainingRecipe.read(file.section("training"))),
        changes.seed().orElse(trial.provenance().map(Provenance::seed).orElse(0L)),
        Optional.empty(),
        text,
        Map.of(
            "campaign",
            "%s, trial %d".formatted(directory.path().getFileName(), trial.number()),
            "genotype",
            trial.candidate().genotype().text()),
        FinalChoices.of(directory.path()).find(trial.number()));
  }

  /**
   * Trains an architecture by a recipe.
   *
   * @param recipeFile YAML with the sections data and training; Fashion-MNIST and 10¹² FLOPs if
   *     empty
   * @throws IOException if the file cannot be read
   */
  public static TrainingPlan ofArchitecture(
      ArchitectureSpec architecture, Optional<Path> recipeFile, Changes changes)
      throws IOException {
    String text =
        recipeFile.isPresent()
            ? Files.readString(recipeFile.get())
            : "data: {dataset: fashion-mnist, resolution: %d, class_conditional: %s}\ntraining: {flops: %s}\n"
                .formatted(
                    architecture.imgResolution(),
                    architecture.labelDim() > 0,
                    changes.flops().orElse(DEFAULT_FLOPS));
    Section file =
        recipeFile.isPresent() ? Section.load(recipeFile.get()) : Section.parse(text, "--flops");
    return new TrainingPlan(
        architecture,
        DataChoice.read(file.section("data")),
        changes.applyTo(TrainingRecipe.read(file.section("training"))),
        changes.seed().orElse(0),
        Optional.empty(),
        text,
        Map.of(),
        Optional.empty());
  }

  /**
   * Returns this plan beginning with weights.
   *
   * @param file that has them
   */
  public TrainingPlan from(WeightedNetwork weights, Path file) {
    String digest = digest(weights);
    return new TrainingPlan(
        architecture,
        data,
        recipe,
        seed,
        Optional.of(new Trainer.Start(weights.tensors(), digest)),
        recipeText,
        Map.of("first weights", "%s, SHA-256 %s".formatted(file.getFileName(), digest)),
        choice);
  }

  /**
   * Returns the weights of a model that training can begin with: of a checkpoint, the last ones.
   */
  public static WeightedNetwork weights(TrainedModel model) {
    return model instanceof TrainedModel.Averaged averaged
        ? new WeightedNetwork(averaged.architecture(), averaged.candidate().checkpoint().weights())
        : ((TrainedModel.Fixed) model).network();
  }

  private static String digest(WeightedNetwork network) {
    Sha256 digest = new Sha256();
    network
        .tensors()
        .forEach(
            (name, tensor) -> {
              ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * tensor.size());
              bytes.asFloatBuffer().put(tensor.values());
              digest.add(name).add(bytes.array());
            });
    return digest.hex().substring(0, 16);
  }

  /** Writes recipe and origin into the directory that the network is trained in. */
  public void write(Path directory) {
    RunFiles.write(directory, recipeText, origin, choice);
  }
}
