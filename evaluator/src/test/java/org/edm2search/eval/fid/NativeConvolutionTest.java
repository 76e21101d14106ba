package org.edm2search.eval.fid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class NativeConvolutionTest {

  private static MultiLayerNetwork network(boolean nativeLayers) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .activation(Activation.TANH)
                .updater(new Sgd(0.1))
                .convolutionMode(ConvolutionMode.Same)
                .list(
                    convolution(4, nativeLayers),
                    convolution(6, nativeLayers),
                    new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(9, 8, 2))
                .build());
    network.init();
    return network;
  }

  private static ConvolutionLayer convolution(int channels, boolean nativeLayer) {
    ConvolutionLayer.Builder builder =
        new ConvolutionLayer.Builder(3, 3).stride(2, 2).nOut(channels);
    return nativeLayer ? new NativeConvolution(builder) : builder.build();
  }

  @Test
  void outputsAndGradientsEqualThoseOfTheStockLayer() {
    Random random = new Random(1);
    INDArray images = Nd4j.create(5, 2, 9, 8);
    for (int i = 0; i < images.length(); i++) {
      images.putScalar(i, random.nextGaussian());
    }
    INDArray labels = Nd4j.create(5, 3);
    for (int i = 0; i < 5; i++) {
      labels.putScalar(i, i % 3, 1);
    }
    MultiLayerNetwork stock = network(false);
    MultiLayerNetwork fast = network(true);
    assertThat(fast.params()).isEqualTo(stock.params());
    assertClose(fast.output(images), stock.output(images));
    Map<String, INDArray> expected = gradient(stock, images, labels);
    gradient(fast, images, labels)
        .forEach((name, actual) -> assertClose(actual, expected.get(name)));
  }

  private static Map<String, INDArray> gradient(
      MultiLayerNetwork network, INDArray images, INDArray labels) {
    network.setInput(images);
    network.setLabels(labels);
    network.computeGradientAndScore();
    return network.gradient().gradientForVariable();
  }

  private static void assertClose(INDArray actual, INDArray expected) {
    double scale = expected.norm2Number().doubleValue();
    assertThat(scale).isPositive();
    assertThat(actual.sub(expected).norm2Number().doubleValue() / scale).isCloseTo(0, within(1e-5));
  }
}
