package org.edm2search.eval.fid;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.edm2search.model.checkpoint.Tensor;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * The shape of a classifier whose last hidden layer gives features: 3×3 convolutions of stride 2
 * down to 4 pixels or fewer, a feature layer, classes.
 *
 * @param channels 1 to see grey, 3 to see colour
 * @param size rows and columns that it sees, pixels
 * @param classes that it tells apart
 */
record FeatureNetwork(int channels, int size, int classes) {

  /** The one that comes with the program. */
  static final FeatureNetwork BUILTIN = new FeatureNetwork(1, 32, 10);

  static final int FEATURES = 64;

  /** The most rows and columns, to which larger images are reduced. */
  static final int LARGEST = 64;

  private static final int SMALLEST = 2;
  private static final int MOST_CLASSES = 10_000;
  private static final int FIRST_WIDTH = 16;
  private static final int LAST_SIZE = 4;

  public FeatureNetwork {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("channels must be 1 or 3, but are " + channels);
    }
    if (size < SMALLEST || size > LARGEST) {
      throw new IllegalArgumentException(
          "size must be between %d and %d pixels, but is %d".formatted(SMALLEST, LARGEST, size));
    }
    if (classes < 2 || classes > MOST_CLASSES) {
      throw new IllegalArgumentException(
          "classes must be between 2 and %d, but are %d".formatted(MOST_CLASSES, classes));
    }
  }

  private int convolutions() {
    int count = 2;
    while (size >> count > LAST_SIZE) {
      count++;
    }
    return count;
  }

  /** Returns the index of the feature layer, whose activations are the features. */
  int featureLayer() {
    return convolutions();
  }

  /** Returns a new network. */
  MultiLayerNetwork create(long seed, ISchedule learningRate) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .weightInit(WeightInit.RELU)
            .activation(Activation.RELU)
            .l2(1e-4)
            .updater(new Adam(learningRate))
            .convolutionMode(ConvolutionMode.Same)
            .list();
    for (int i = 0; i < convolutions(); i++) {
      int width = Math.min(FIRST_WIDTH << i, FEATURES);
      layers.layer(
          new NativeConvolution(new ConvolutionLayer.Builder(3, 3).stride(2, 2).nOut(width)));
    }
    layers
        .layer(new DenseLayer.Builder().nOut(FEATURES).build())
        .layer(
            new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .nOut(classes)
                .activation(Activation.SOFTMAX)
                .build())
        .setInputType(InputType.convolutional(size, size, channels));
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    return network;
  }

  /** Copies the weights out of a network. */
  static Map<String, Tensor> tensors(MultiLayerNetwork network) {
    Map<String, Tensor> tensors = new TreeMap<>();
    network.paramTable().forEach((name, array) -> tensors.put(name, Tensor.copyOf(array)));
    return tensors;
  }

  /**
   * Returns a network with weights.
   *
   * @throws IllegalArgumentException if they are of another shape
   */
  MultiLayerNetwork load(Map<String, Tensor> tensors) {
    MultiLayerNetwork network = create(0, new FixedSchedule(0));
    Map<String, INDArray> table = new LinkedHashMap<>(network.paramTable());
    if (!table.keySet().equals(tensors.keySet())) {
      throw new IllegalArgumentException(
          "expected tensors %s, but got %s".formatted(table.keySet(), tensors.keySet()));
    }
    table.forEach(
        (name, array) -> {
          Tensor tensor = Objects.requireNonNull(tensors.get(name), name);
          List<Integer> shape = Arrays.stream(array.shape()).mapToObj(Math::toIntExact).toList();
          if (!shape.equals(tensor.shape())) {
            throw new IllegalArgumentException(
                "tensor %s must have shape %s, but has %s".formatted(name, shape, tensor.shape()));
          }
          network.setParam(name, tensor.toArray());
        });
    return network;
  }
}
