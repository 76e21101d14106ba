package org.edm2search.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.ImageDataset;
import org.edm2search.model.Network;
import org.edm2search.model.checkpoint.Checkpoint;
import org.edm2search.model.checkpoint.InvalidTensorFileException;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.space.LossPoint;
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

  /** A loss that no network has on pixels in [−1, 1] unless it diverges. */
  private static final double EXPLOSION = 10;

  private static final int FIRST_STEPS = 20;

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
    requireFit(architecture);
    Cost cost = CostModel.of(architecture);
    long total = recipe.images(cost);
    long until = recipe.stop(total, share);
    Path checkpoint = directory.resolve(TrainedCandidate.CHECKPOINT);
    String run = run(architecture);
    try (TrainingState state = state(architecture, checkpoint, run, listener);
        Loop loop = new Loop(state, total, listener)) {
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
        if (stop
            || state.images() == until
            || passed(state.images(), recipe.saving().checkpointImages())) {
          state.addSeconds(loop.takeSeconds());
          state.checkpoint(checkpoint, run, recipe.labelDropout());
        }
        if (stop) {
          throw new TrainingStoppedException(state.images());
        }
        if (state.images() == total || passed(state.images(), recipe.saving().snapshotImages())) {
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

  private void requireFit(ArchitectureSpec architecture) {
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

  /** Returns whether the last batch crossed a multiple of an interval. */
  private boolean passed(long images, long interval) {
    return images / interval != (images - recipe.batch()) / interval;
  }

  /** The steps of one run. */
  private final class Loop implements AutoCloseable {
    private final TrainingState state;
    private final long total;
    private final TrainingListener listener;
    private final BatchGradients batchGradients;
    private final float[] sigma;
    private final float[] noise;
    private final LearningRateSchedule schedule;
    private final ImageOrder order;
    private final int imageSize;
    private final long firstImages;
    private final long started = System.nanoTime();
    private long clock = started;
    private double intervalLoss;
    private int intervalSteps;
    private double smoothedLoss = Double.NaN;

    Loop(TrainingState state, long total, TrainingListener listener) {
      this.state = state;
      this.total = total;
      this.listener = listener;
      batchGradients = new BatchGradients(state.network(), recipe.batch(), recipe.microBatch());
      schedule = recipe.schedule(total);
      order = new ImageOrder(dataset.count(), seed);
      imageSize = dataset.channels() * dataset.resolution() * dataset.resolution();
      firstImages = state.images();
      sigma = new float[recipe.batch()];
      noise = new float[Math.multiplyExact(recipe.batch(), imageSize)];
    }

    void step() {
      long position = state.images();
      int batch = recipe.batch();
      ImageBatch real = dataset.read(order.next(position, batch));
      int[] classes = dropLabels(real.labels(), drawNoise(position));
      state.network().normalizeWeights();
      double loss = batchGradients.run(real.pixels(), noise, sigma, classes);
      double rate = schedule.at(position, batch);
      // EDM2 sums the loss over pixels; ours is the mean.
      state.step(batchGradients.gradients(), batchGradients.scale() * imageSize, rate, batch);
      requireHealthy(loss);
      record(loss);
      listener.stepped(
          new TrainingProgress(state.images(), total, smoothedLoss, rate, imagesPerSecond()));
    }

    /** Returns the generator of the step, after its noise is drawn. */
    private RandomGenerator drawNoise(long position) {
      RandomGenerator random =
          RandomGeneratorFactory.of("L64X128MixRandom")
              .create(seed * 0x9E3779B97F4A7C15L ^ position);
      for (int i = 0; i < sigma.length; i++) {
        sigma[i] = (float) recipe.noise().sample(random);
      }
      for (int i = 0; i < noise.length; i++) {
        noise[i] = (float) random.nextGaussian();
      }
      return random;
    }

    /** Leaves some images without their class: −1. */
    private int[] dropLabels(int[] labels, RandomGenerator random) {
      if (recipe.labelDropout() == 0) {
        return labels;
      }
      int[] classes = labels.clone();
      for (int i = 0; i < classes.length; i++) {
        if (random.nextDouble() < recipe.labelDropout()) {
          classes[i] = -1;
        }
      }
      return classes;
    }

    private void requireHealthy(double loss) {
      if (!Double.isFinite(loss)) {
        throw new TrainingDivergedException(state.images(), loss, "which is not finite");
      }
      smoothedLoss = Double.isNaN(smoothedLoss) ? loss : 0.95 * smoothedLoss + 0.05 * loss;
      boolean late = state.images() > firstImages + (long) FIRST_STEPS * recipe.batch();
      if (late && smoothedLoss > EXPLOSION) {
        throw new TrainingDivergedException(
            state.images(),
            smoothedLoss,
            "but pixels in [−1, 1] give an untrained network less than 4");
      }
    }

    private void record(double loss) {
      intervalLoss += loss;
      intervalSteps++;
      long interval = recipe.lossInterval(total);
      if (passed(state.images(), interval) || state.images() == total) {
        LossPoint point = new LossPoint(state.images(), intervalLoss / intervalSteps);
        state.losses().add(point);
        listener.measured(point);
        intervalLoss = 0;
        intervalSteps = 0;
      }
    }

    private double imagesPerSecond() {
      return (state.images() - firstImages) / ((System.nanoTime() - started) / 1e9);
    }

    @Override
    public void close() {
      batchGradients.close();
    }

    double takeSeconds() {
      long now = System.nanoTime();
      double seconds = (now - clock) / 1e9;
      clock = now;
      return seconds;
    }
  }
}
