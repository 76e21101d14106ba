package org.edm2search.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.edm2search.model.Network;
import org.edm2search.model.checkpoint.Checkpoint;
import org.edm2search.model.checkpoint.InvalidTensorFileException;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.TensorFile;
import org.edm2search.space.LossPoint;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.train.ema.PostHocEma;

/**
 * A trained network on disk, with its averaged weights.
 *
 * @param directory where it was trained
 * @param checkpoint its final state
 * @param images trained images
 * @param seconds time spent training
 * @param losses the loss curve
 * @param labelDropout share of images whose class was not told; 0 for none
 */
public record TrainedCandidate(
    Path directory,
    Checkpoint checkpoint,
    long images,
    double seconds,
    List<LossPoint> losses,
    double labelDropout) {

  static final String CHECKPOINT = "checkpoint.safetensors";

  private static final double SAME_LENGTH = 1e-9;

  public TrainedCandidate {
    losses = List.copyOf(losses);
  }

  /** Reads the checkpoint of a directory. */
  public static TrainedCandidate read(Path directory) {
    return ofCheckpoint(directory.resolve(CHECKPOINT));
  }

  /** Reads a checkpoint file; snapshots are looked for beside it. */
  public static TrainedCandidate ofCheckpoint(Path file) {
    return of(file, Checkpoint.read(file));
  }

  /**
   * Reads a checkpoint file, or the one that it replaced if it is damaged or missing.
   *
   * @param warning told which was taken instead, and why
   * @throws InvalidTensorFileException if neither can be read
   */
  public static TrainedCandidate orPrevious(Path file, Consumer<String> warning) {
    return of(file, checkpointOrPrevious(file, warning));
  }

  static Checkpoint checkpointOrPrevious(Path file, Consumer<String> warning) {
    try {
      return Checkpoint.read(file);
    } catch (InvalidTensorFileException e) {
      Path previous = Checkpoint.previousOf(file);
      if (!Files.exists(previous)) {
        throw e;
      }
      Checkpoint checkpoint = Checkpoint.read(previous);
      warning.accept(
          "%s; taking %s, after %s images, instead"
              .formatted(
                  e.getMessage(),
                  previous.getFileName(),
                  checkpoint.progress().getOrDefault("images", "some")));
      return checkpoint;
    }
  }

  private static TrainedCandidate of(Path file, Checkpoint checkpoint) {
    Map<String, String> progress = checkpoint.progress();
    try {
      return new TrainedCandidate(
          AtomicFile.directoryOf(file),
          checkpoint,
          Long.parseLong(progress.get("images")),
          Double.parseDouble(progress.get("seconds")),
          TrainingState.losses(checkpoint),
          Double.parseDouble(progress.getOrDefault(TrainingState.LABEL_DROPOUT, "0")));
    } catch (IllegalArgumentException | NullPointerException | ArrayIndexOutOfBoundsException e) {
      throw new InvalidTensorFileException(file, "has damaged counters", e);
    }
  }

  static Path snapshotFile(Path directory, long images) {
    return directory.resolve("snapshots").resolve("%012d.safetensors".formatted(images));
  }

  /** Returns the architecture. */
  public ArchitectureSpec architecture() {
    return checkpoint.architecture();
  }

  /** Returns the lengths of the averages that were kept. */
  public List<Double> averages() {
    return checkpoint.vectors().keySet().stream()
        .filter(name -> name.startsWith("ema."))
        .map(name -> Double.parseDouble(name.substring("ema.".length())))
        .sorted()
        .toList();
  }

  /** Returns the trained images of every stored snapshot, ascending. */
  public List<Long> snapshots() {
    Path folder = directory.resolve("snapshots");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("\\d{12}\\.safetensors"))
          .map(name -> Long.parseLong(name.substring(0, 12)))
          .filter(at -> at <= images)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the network with the averaged weights of a length, at the end of training. */
  public Network network(double sigmaRel) {
    return network(sigmaRel, images);
  }

  /**
   * Returns the network with the averaged weights of a length after some of the training; a length
   * that was not kept is reconstructed from snapshots.
   *
   * @param at trained images; one of {@link #snapshots()}, or the end
   */
  public Network network(double sigmaRel, long at) {
    return Network.of(
        architecture(), Tensor.toArrays(checkpoint.weightsWith(average(sigmaRel, at))));
  }

  /** Returns the averaged trained values of a length, flat. */
  public float[] average(double sigmaRel, long at) {
    for (double kept : averages()) {
      if (Math.abs(kept - sigmaRel) < SAME_LENGTH) {
        return at == images ? vector(TrainingState.averageName(kept)) : stored(at, kept);
      }
    }
    return reconstructed(sigmaRel, at);
  }

  private float[] vector(String name) {
    float[] vector = checkpoint.vectors().get(name);
    if (vector == null) {
      throw new InvalidTensorFileException(directory, "its checkpoint has no vector " + name);
    }
    return vector;
  }

  private float[] stored(long at, double sigmaRel) {
    Path file = snapshotFile(directory, at);
    TensorFile snapshot = Safetensors.read(file);
    Tensor tensor = snapshot.tensors().get(TrainingState.averageName(sigmaRel));
    int expected = vector("adam.m").length;
    if (tensor == null || tensor.values().length != expected) {
      throw new InvalidTensorFileException(
          file, "has no average of length %s with %d values".formatted(sigmaRel, expected));
    }
    return tensor.values();
  }

  private float[] reconstructed(double sigmaRel, long at) {
    List<PostHocEma.Snapshot> profiles = new ArrayList<>();
    for (long time : snapshots()) {
      if (time <= at) {
        averages().forEach(kept -> profiles.add(new PostHocEma.Snapshot(time, kept)));
      }
    }
    double[] factors = PostHocEma.coefficients(profiles, at, sigmaRel);
    double[] sum = new double[vector("adam.m").length];
    for (int i = 0; i < factors.length; i++) {
      float[] vector = stored(profiles.get(i).images(), profiles.get(i).sigmaRel());
      for (int k = 0; k < sum.length; k++) {
        sum[k] += factors[i] * vector[k];
      }
    }
    float[] average = new float[sum.length];
    for (int k = 0; k < average.length; k++) {
      average[k] = (float) sum[k];
    }
    return average;
  }
}
