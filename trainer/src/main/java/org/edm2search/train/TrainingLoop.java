package org.edm2search.train;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.ImageDataset;
import org.edm2search.space.LossPoint;

/** The steps of one run. */
final class TrainingLoop implements AutoCloseable {

  /** A loss that no network has on pixels in [−1, 1] unless it diverges. */
  private static final double EXPLOSION = 10;

  private static final int FIRST_STEPS = 20;

  private final TrainingRecipe recipe;
  private final ImageDataset dataset;
  private final long seed;
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

  /**
   * Prepares steps.
   *
   * @param state where the run is, which each step changes
   * @param total images of the whole run
   */
  TrainingLoop(
      TrainingRecipe recipe,
      ImageDataset dataset,
      long seed,
      TrainingState state,
      long total,
      TrainingListener listener) {
    this.recipe = recipe;
    this.dataset = dataset;
    this.seed = seed;
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
        RandomGeneratorFactory.of("L64X128MixRandom").create(seed * 0x9E3779B97F4A7C15L ^ position);
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
    if (passed(interval) || state.images() == total) {
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

  /** Returns whether the last batch crossed a multiple of an interval. */
  boolean passed(long interval) {
    long images = state.images();
    return images / interval != (images - recipe.batch()) / interval;
  }
}
