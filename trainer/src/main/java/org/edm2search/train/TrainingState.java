package org.edm2search.train;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.edm2search.model.Network;
import org.edm2search.model.checkpoint.Checkpoint;
import org.edm2search.model.checkpoint.InvalidTensorFileException;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.TensorFile;
import org.edm2search.model.device.HostView;
import org.edm2search.space.LossPoint;
import org.edm2search.train.ema.PowerEma;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Everything that training changes: network, optimizer, averages and counters. */
final class TrainingState implements AutoCloseable {

  private static final String IMAGES = "images";
  private static final String RUN = "run";
  private static final String SECONDS = "seconds";
  private static final String LOSSES = "losses";

  /** Share of images whose class was not told; absent for none. */
  static final String LABEL_DROPOUT = "label_dropout";

  private final Network network;
  private final float[] adamFirst;
  private final float[] adamSecond;
  private final Adam adam;
  private final Map<PowerEma, float[]> averages = new java.util.LinkedHashMap<>();
  private final List<LossPoint> losses = new ArrayList<>();
  private long images;
  private double seconds;

  private TrainingState(Network network, float[] adamFirst, float[] adamSecond) {
    this.network = network;
    this.adamFirst = adamFirst;
    this.adamSecond = adamSecond;
    this.adam = new Adam(adamFirst, adamSecond);
  }

  /** Begins with a fresh network, which it owns from then on. */
  static TrainingState begin(Network network, List<Double> ema) {
    int size = Math.toIntExact(network.parameters().length());
    TrainingState state = new TrainingState(network, new float[size], new float[size]);
    float[] values = network.parameters().toFloatVector();
    ema.forEach(length -> state.averages.put(PowerEma.of(length), values.clone()));
    return state;
  }

  /**
   * Goes on from a checkpoint.
   *
   * @param file how errors name it
   * @param run what the checkpoint must have been made with, but for the budget
   */
  static TrainingState resume(Path file, Checkpoint checkpoint, String run, List<Double> ema) {
    String made = checkpoint.progress().getOrDefault(RUN, "");
    if (!withoutBudget(run).equals(withoutBudget(made))) {
      throw new InvalidTensorFileException(
          file,
          "was trained with another seed, recipe, architecture, data set or first weights; move it away to start over");
    }
    try {
      Network network =
          Network.of(checkpoint.architecture(), Tensor.toArrays(checkpoint.weights()));
      TrainingState state =
          new TrainingState(
              network, vector(file, checkpoint, "adam.m"), vector(file, checkpoint, "adam.v"));
      for (double length : ema) {
        state.averages.put(PowerEma.of(length), vector(file, checkpoint, averageName(length)));
      }
      state.images = Long.parseLong(checkpoint.progress().get(IMAGES));
      state.seconds = Double.parseDouble(checkpoint.progress().get(SECONDS));
      state.losses.addAll(losses(checkpoint));
      return state;
    } catch (IllegalArgumentException | NullPointerException | ArrayIndexOutOfBoundsException e) {
      throw new InvalidTensorFileException(file, "has damaged counters", e);
    }
  }

  private static String withoutBudget(String run) {
    return run.replaceFirst(" budget \\S+", "");
  }

  private static float[] vector(Path file, Checkpoint checkpoint, String name) {
    float[] vector = checkpoint.vectors().get(name);
    if (vector == null) {
      throw new InvalidTensorFileException(file, "has no vector '%s'".formatted(name));
    }
    return vector;
  }

  static String averageName(double sigmaRel) {
    return "ema." + sigmaRel;
  }

  Network network() {
    return network;
  }

  long images() {
    return images;
  }

  double seconds() {
    return seconds;
  }

  List<LossPoint> losses() {
    return losses;
  }

  /** Updates parameters and averages by the gradients of a batch. */
  void step(INDArray gradients, double gradientScale, double learningRate, int batch) {
    images += batch;
    HostView.write(
        network.parameters(),
        parameters -> {
          adam.step(
              parameters, HostView.read(gradients), gradientScale, learningRate, images / batch);
          averages.forEach((ema, average) -> update(ema, average, parameters, batch));
        });
    network.parametersChanged();
  }

  private void update(PowerEma ema, float[] average, FloatBuffer parameters, int batch) {
    float beta = (float) ema.beta(images, batch);
    for (int i = 0; i < average.length; i++) {
      float value = parameters.get(i);
      average[i] = value + beta * (average[i] - value);
    }
  }

  void addSeconds(double more) {
    seconds += more;
  }

  /**
   * Reads the loss curve of a checkpoint.
   *
   * @throws IllegalArgumentException if a point is not {@code images:loss}
   * @throws ArrayIndexOutOfBoundsException if a point has no loss
   */
  static List<LossPoint> losses(Checkpoint checkpoint) {
    String points = checkpoint.progress().getOrDefault(LOSSES, "");
    List<LossPoint> losses = new ArrayList<>();
    for (String point : points.isEmpty() ? new String[0] : points.split(";")) {
      String[] parts = point.split(":");
      losses.add(new LossPoint(Long.parseLong(parts[0]), Double.parseDouble(parts[1])));
    }
    return losses;
  }

  /** Writes the whole state. */
  void checkpoint(Path file, String run, double labelDropout) {
    Map<String, float[]> vectors = new TreeMap<>();
    vectors.put("adam.m", adamFirst);
    vectors.put("adam.v", adamSecond);
    averages.forEach((ema, average) -> vectors.put(averageName(ema.sigmaRel()), average));
    StringBuilder points = new StringBuilder();
    for (LossPoint point : losses) {
      points.append(points.isEmpty() ? "" : ";").append(point.images()).append(':');
      points.append(point.loss());
    }
    Map<String, String> progress = new TreeMap<>();
    progress.put(IMAGES, Long.toString(images));
    progress.put(RUN, run);
    progress.put(SECONDS, Double.toString(seconds));
    progress.put(LOSSES, points.toString());
    if (labelDropout > 0) {
      progress.put(LABEL_DROPOUT, Double.toString(labelDropout));
    }
    new Checkpoint(network.architecture(), Tensor.copyOf(network.tensors()), vectors, progress)
        .rotate(file);
  }

  /** Writes the averages alone, for later reconstruction. */
  void snapshot(Path file) {
    Map<String, Tensor> tensors = new TreeMap<>();
    averages.forEach(
        (ema, average) -> tensors.put(averageName(ema.sigmaRel()), Tensor.vector(average)));
    Safetensors.write(file, new TensorFile(Map.of(IMAGES, Long.toString(images)), tensors));
  }

  @Override
  public void close() {
    network.close();
  }
}
