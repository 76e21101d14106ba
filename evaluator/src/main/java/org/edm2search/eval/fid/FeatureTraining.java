package org.edm2search.eval.fid;

import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.ImageDataset;
import org.edm2search.data.InvalidDatasetException;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Trains a small classifier whose last hidden layer gives features of a data set's images. */
public final class FeatureTraining {

  private static final int BATCH = 128;

  /** Three passes over Fashion-MNIST. */
  private static final long USUAL_IMAGES = 180_000;

  private static final long MOST_PASSES = 60;
  private static final int LEAST_STEPS = 20;

  /** Held-out images: a tenth, at most. */
  private static final int MOST_HELD_OUT = 5000;

  private final Settings settings;
  private final FeatureTask task;
  private final Part training;
  private final Part heldOut;
  private final NetworkImages input;
  private final FeatureNetwork shape;

  /**
   * How to train.
   *
   * @param task to learn; without, the labels, or without these the changes
   * @param channels 1 to see grey, 3 to see colour; without, as the images are
   * @param images seen in training, counted each time; without, as many as is usual
   * @param halvings how many times images are also halved, at random, so that features serve
   *     smaller ones too; makes them blind to blur
   * @param seed of weights and order
   */
  public record Settings(
      Optional<FeatureTask> task,
      Optional<Integer> channels,
      Optional<Long> images,
      int halvings,
      long seed) {}

  /** Told of images seen. */
  @FunctionalInterface
  public interface Progress {
    /** Called after each batch. */
    void seen(long images, long total);
  }

  /** Some images of a data set. */
  private record Part(ImageDataset images, int... indices) {
    ImageBatch read(int... positions) {
      return images.read(IntStream.of(positions).map(i -> indices[i]).toArray());
    }
  }

  /**
   * Prepares training.
   *
   * @param images to train on
   * @param others held-out images; without, a tenth of the images is not trained on
   * @throws InvalidDatasetException if the images do not fit the task, or are too few
   */
  public FeatureTraining(ImageDataset images, Optional<ImageDataset> others, Settings settings) {
    this.settings = settings;
    this.task =
        settings
            .task()
            .orElse(images.classes().size() < 2 ? FeatureTask.CHANGES : FeatureTask.LABELS);
    int[] usable = usable(images);
    if (others.isPresent()) {
      training = new Part(images, usable);
      heldOut = new Part(others.get(), usable(others.get()));
    } else {
      shuffle(usable, new Random(settings.seed()));
      int held = Math.min(MOST_HELD_OUT, usable.length / 10);
      heldOut = new Part(images, IntStream.of(usable).limit(held).toArray());
      training = new Part(images, IntStream.of(usable).skip(held).toArray());
    }
    if (heldOut.indices().length == 0) {
      throw new InvalidDatasetException(
          images.name(),
          "has %d images to learn %s from, but features need at least 10"
              .formatted(usable.length, task));
    }
    int channels = settings.channels().orElse(images.channels());
    try {
      shape = new FeatureNetwork(channels, size(images.resolution()), task.classes(images));
    } catch (IllegalArgumentException e) {
      throw new InvalidDatasetException(images.name(), e.getMessage(), e);
    }
    input = new NetworkImages(channels, shape.size(), true);
  }

  private static int size(int resolution) {
    int size = resolution;
    while (size > FeatureNetwork.LARGEST) {
      size /= 2;
    }
    return size;
  }

  /** Images without a class teach nothing about classes. */
  private int[] usable(ImageDataset images) {
    int[] labels = images.labels();
    return IntStream.range(0, images.count())
        .filter(i -> task == FeatureTask.CHANGES || labels[i] >= 0)
        .toArray();
  }

  private static void shuffle(int[] values, Random random) {
    for (int i = values.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int value = values[i];
      values[i] = values[other];
      values[other] = value;
    }
  }

  /**
   * Trains.
   *
   * @param name of the features
   */
  public TrainedFeatures train(String name, Progress progress) {
    long wanted =
        settings.images().orElse(Math.min(USUAL_IMAGES, MOST_PASSES * training.indices().length));
    long steps = Math.max(LEAST_STEPS, wanted / BATCH);
    MapSchedule rate =
        new MapSchedule.Builder(ScheduleType.ITERATION)
            .add(0, 1e-3)
            .add((int) (steps * 6 / 10), 3e-4)
            .add((int) (steps * 85 / 100), 1e-4)
            .build();
    MultiLayerNetwork network = shape.create(settings.seed(), rate);
    try {
      Random random = new Random(settings.seed());
      for (long step = 0; step < steps; step++) {
        int[] positions = random.ints(BATCH, 0, training.indices().length).toArray();
        ImageBatch batch = training.read(positions);
        int factor = 1 << random.nextInt(settings.halvings() + 1);
        ImageBatch posed = task.pose(batch, choices(batch.count(), random));
        network.fit(input.of(shrunk(posed, factor)), oneHot(posed.labels()));
        progress.seen((step + 1) * BATCH, steps * BATCH);
      }
      ImageDataset images = training.images();
      return new TrainedFeatures(
          name,
          shape,
          task,
          images.name() + " " + images.digest(),
          accuracy(network),
          heldOut.indices().length,
          FeatureNetwork.tensors(network));
    } finally {
      network.close();
    }
  }

  private int[] choices(int count, Random random) {
    return task == FeatureTask.LABELS
        ? new int[count]
        : random.ints(count, 0, shape.classes()).toArray();
  }

  private double accuracy(MultiLayerNetwork network) {
    Random random = new Random(settings.seed() + 1);
    int count = heldOut.indices().length;
    int right = 0;
    for (int first = 0; first < count; first += BATCH) {
      int[] positions = IntStream.range(first, Math.min(first + BATCH, count)).toArray();
      ImageBatch posed = task.pose(heldOut.read(positions), choices(positions.length, random));
      INDArray best = network.output(input.of(posed)).argMax(1);
      for (int i = 0; i < positions.length; i++) {
        right += best.getInt(i) == posed.labels()[i] ? 1 : 0;
      }
    }
    return (double) right / count;
  }

  /** Returns area means of factor × factor pixels. */
  private static ImageBatch shrunk(ImageBatch batch, int factor) {
    if (factor == 1) {
      return batch;
    }
    int size = batch.width() / factor;
    int planes = batch.count() * batch.channels();
    float[] pixels = new float[planes * size * size];
    for (int plane = 0; plane < planes; plane++) {
      for (int y = 0; y < size * factor; y++) {
        for (int x = 0; x < size * factor; x++) {
          pixels[(plane * size + y / factor) * size + x / factor] +=
              batch.pixels()[(plane * batch.height() + y) * batch.width() + x] / (factor * factor);
        }
      }
    }
    return new ImageBatch(pixels, batch.labels(), batch.channels(), size, size);
  }

  private INDArray oneHot(int[] labels) {
    INDArray oneHot = Nd4j.create(DataType.FLOAT, labels.length, shape.classes());
    for (int i = 0; i < labels.length; i++) {
      oneHot.putScalar(i, labels[i], 1);
    }
    return oneHot;
  }
}
