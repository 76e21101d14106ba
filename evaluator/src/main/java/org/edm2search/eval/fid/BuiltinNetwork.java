package org.edm2search.eval.fid;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
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
import org.nd4j.linalg.schedule.ISchedule;

/**
 * The classifier behind the built-in features: three convolutions, a feature layer, ten classes.
 */
final class BuiltinNetwork {

  static final int SIZE = 32;
  static final int CLASSES = 10;
  static final int FEATURES = 64;

  /** Index of the feature layer, whose activations are the features. */
  static final int FEATURE_LAYER = 3;

  private BuiltinNetwork() {}

  static MultiLayerNetwork create(long seed, ISchedule learningRate) {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .weightInit(WeightInit.RELU)
            .activation(Activation.RELU)
            .l2(1e-4)
            .updater(new Adam(learningRate))
            .convolutionMode(ConvolutionMode.Same)
            .list(
                convolution(16),
                convolution(32),
                convolution(64),
                new DenseLayer.Builder().nOut(FEATURES).build(),
                new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                    .nOut(CLASSES)
                    .activation(Activation.SOFTMAX)
                    .build())
            .setInputType(InputType.convolutional(SIZE, SIZE, 1))
            .build();
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  /** A 3×3 convolution of stride 2. */
  private static ConvolutionLayer convolution(int channels) {
    return new NativeConvolution(new ConvolutionLayer.Builder(3, 3).stride(2, 2).nOut(channels));
  }

  static Map<String, Tensor> tensors(MultiLayerNetwork network) {
    Map<String, Tensor> tensors = new TreeMap<>();
    network.paramTable().forEach((name, array) -> tensors.put(name, Tensor.copyOf(array)));
    return tensors;
  }

  static void load(MultiLayerNetwork network, Map<String, Tensor> tensors) {
    Map<String, INDArray> table = new LinkedHashMap<>(network.paramTable());
    if (!table.keySet().equals(tensors.keySet())) {
      throw new IllegalArgumentException(
          "expected tensors %s, but got %s".formatted(table.keySet(), tensors.keySet()));
    }
    table.forEach(
        (name, array) -> {
          Tensor tensor = tensors.get(name);
          List<Integer> shape =
              java.util.Arrays.stream(array.shape()).mapToObj(Math::toIntExact).toList();
          if (!shape.equals(tensor.shape())) {
            throw new IllegalArgumentException(
                "tensor %s must have shape %s, but has %s".formatted(name, shape, tensor.shape()));
          }
          network.setParam(name, tensor.toArray());
        });
  }
}
