package org.edm2search.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.edm2search.data.ImageDataset;
import org.edm2search.model.Network;
import org.edm2search.model.checkpoint.Checkpoint;
import org.edm2search.model.checkpoint.InvalidTensorFileException;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.cost.Cost;
import org.edm2search.space.cost.CostModel;
import org.edm2search.space.yaml.ArchitectureYaml;

/**
 * Trains candidates by the EDM2 recipe. Images, noise and noise levels are functions of the seed
 * and the position in the run alone: a resumed run gives the same floats as one that never stopped,
 * and all candidates see the same noise.
 */
public final class Trainer {

  private final TrainingRecipe recipe;
  private final ImageDataset dataset;
  private final long seed;
  private final Optional<Start> start;

  /**
   * Weights to begin with.
   *
   * @param tensors every tensor of the network by name
   * @param digest of the file they are from, which a run goes on with only if it is the same
   */
  public record Start(Map<String, Tensor> tensors, String digest) {

    public Start {
      tensors = Collections.unmodifiableMap(new TreeMap<>(tensors));
    }
  }

  /**
   * Creates a trainer.
   *
   * @param recipe how to train
   * @param dataset what to train on
   * @param seed of initial weights, order of images and noise
   */
  public Trainer(TrainingRecipe recipe, ImageDataset dataset, long seed) {
    this(recipe, dataset, seed, Optional.empty());
  }

  /**
   * Creates a trainer that begins with given weights.
   *
   * @param start weights to begin with; drawn from the seed without it
   */
  public Trainer(TrainingRecipe recipe, ImageDataset dataset, long seed, Optional<Start> start) {
    this.recipe = recipe;
    this.dataset = dataset;
    this.seed = seed;
    this.start = start;
  }

  /**
   * Trains an architecture until its budget is spent, going on from a checkpoint if there is one. A
   * larger budget than the checkpoint's is gone on with under the learning-rate schedule of the
   * larger one, entered where the checkpoint is.
   *
   * @param architecture network to train
   * @param directory receives {@code checkpoint.safetensors} and {@code snapshots/}
   * @param listener told of progress
   * @throws TrainingDivergedException if the loss explodes
   * @throws TrainingStoppedException if the listener asks to stop
   */
  public TrainedCandidate train(
      ArchitectureSpec architecture, Path directory, TrainingListener listener) {
    return train(architecture, directory, 1, listener);
  }

  /**
   * Trains an architecture up to a share of its budget, under the learning-rate schedule of the
   * whole; called again with a larger share it goes on, and ends as if it had never stopped.
   *
   * @param share above 0, at most 1; rounded to a point of the loss curve ({@link
   *     TrainingRecipe#stop})
   */
  public TrainedCandidate train(
      ArchitectureSpec architecture, Path directory, double share, TrainingListener listener) {
    requireFit(architecture, dataset);
    Cost cost = CostModel.of(architecture);
    long total = recipe.images(cost);
    long until = recipe.stop(total, share);
    Path checkpoint = directory.resolve(TrainedCandidate.CHECKPOINT);
    String run = run(architecture);
    try (TrainingState state = state(architecture, checkpoint, run, listener);
        TrainingLoop loop = new TrainingLoop(recipe, dataset, seed, state, total, listener)) {
      if (state.images() > total) {
        throw new InvalidTensorFileException(
            checkpoint,
            "was trained on %d images already, but the budget buys %d; give at least as much"
                .formatted(state.images(), total));
      }
      state.losses().forEach(listener::measured);
      while (state.images() < until) {
        loop.step();
        boolean stop = listener.stopRequested() && state.images() < until;
        if (stop || state.images() == until || loop.passed(recipe.saving().checkpointImages())) {
          state.addSeconds(loop.takeSeconds());
          state.checkpoint(checkpoint, run, recipe.labelDropout());
        }
        if (stop) {
          throw new TrainingStoppedException(state.images());
        }
        if (state.images() == total || loop.passed(recipe.saving().snapshotImages())) {
          state.snapshot(TrainedCandidate.snapshotFile(directory, state.images()));
        }
      }
      return TrainedCandidate.read(directory);
    }
  }

  private TrainingState state(
      ArchitectureSpec architecture, Path file, String run, TrainingListener listener) {
    Path previous = Checkpoint.previousOf(file);
    if (!Files.exists(file) && !Files.exists(previous)) {
      return TrainingState.begin(first(architecture), recipe.ema());
    }
    Checkpoint checkpoint =
        TrainedCandidate.checkpointOrPrevious(
            file,
            warning -> {
              listener.warned(warning);
              restore(previous, file);
            });
    return TrainingState.resume(file, checkpoint, run, recipe.ema());
  }

  private Network first(ArchitectureSpec architecture) {
    return start
        .map(weights -> Network.of(architecture, Tensor.toArrays(weights.tensors())))
        .orElseGet(() -> Network.initialize(architecture, seed));
  }

  /** Puts a good checkpoint in the place of a damaged one, which must not replace it later. */
  private static void restore(Path previous, Path file) {
    try {
      Files.move(
          previous, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new Edm2SearchException(
          "%s: cannot be replaced: %s".formatted(file, AtomicFile.reason(e)), e);
    }
  }

  /**
   * Requires that a network takes the images of a data set.
   *
   * @throws IllegalArgumentException if it does not
   */
  public static void requireFit(ArchitectureSpec architecture, ImageDataset dataset) {
    boolean fits =
        architecture.imgResolution() == dataset.resolution()
            && architecture.imgChannels() == dataset.channels()
            && (architecture.labelDim() == 0
                || architecture.labelDim() == dataset.classes().size());
    if (!fits) {
      throw new IllegalArgumentException(
          "the network takes %d×%d×%d images of %d classes, but %s has %d×%d×%d images of %d classes"
              .formatted(
                  architecture.imgResolution(),
                  architecture.imgResolution(),
                  architecture.imgChannels(),
                  architecture.labelDim(),
                  dataset.name(),
                  dataset.resolution(),
                  dataset.resolution(),
                  dataset.channels(),
                  dataset.classes().size()));
    }
  }

  /** Everything but the checkpoint interval that decides which floats come out. */
  private String run(ArchitectureSpec architecture) {
    // Without dropout as it was before there was any: older checkpoints go on.
    String dropout = recipe.labelDropout() == 0 ? "" : " label dropout " + recipe.labelDropout();
    return "%s seed %d data %s budget %s batch %d rate %s/%s/%s ema %s noise %s snapshots %d"
            .formatted(
                ArchitectureYaml.id(architecture),
                seed,
                dataset.digest(),
                recipe.multiplyAdds(),
                recipe.batch(),
                recipe.learningRate().reference(),
                recipe.learningRate().rampUpImages().orElse(-1),
                recipe.learningRate().decayBatches().orElse(-1),
                recipe.ema(),
                recipe.noise(),
                recipe.saving().snapshotImages())
        // Another order of summation gives other floats.
        + (recipe.microBatch() == recipe.batch() ? "" : " micro batch " + recipe.microBatch())
        + dropout
        + start.map(weights -> " from " + weights.digest()).orElse("");
  }
}
