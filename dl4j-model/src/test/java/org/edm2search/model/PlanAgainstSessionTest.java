package org.edm2search.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.edm2search.model.device.Device;
import org.edm2search.model.graph.Node;
import org.edm2search.model.graph.SessionGraph;
import org.edm2search.model.plan.Plan;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.UNetLayout;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The static plan computes what SameDiff's own session computes from the same graph. */
@Tag("gpu")
class PlanAgainstSessionTest {

  private static final int BATCH = 2;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void trainingPlanEqualsSession(long seed) {
    Random random = new Random(seed);
    ArchitectureSpec spec = RandomArchitectures.draw(random);
    UNetGraph.Training training = UNetGraph.training(UNetLayout.of(spec), BATCH, Device.CPU);
    Map<String, INDArray> values = new HashMap<>();
    training
        .graph()
        .parameters()
        .forEach((name, node) -> values.put(name, gaussian(random, node.shape())));
    Map<String, INDArray> inputs = new HashMap<>();
    training
        .graph()
        .inputs()
        .forEach((name, node) -> inputs.put(name, gaussian(random, node.shape())));
    List<Node> results = new ArrayList<>(training.gradients().values());
    results.add(training.loss());
    results.add(training.denoised());

    Map<String, INDArray> all = new HashMap<>(values);
    all.putAll(inputs);
    Map<Node, INDArray> expected = new SessionGraph(training.graph()).run(all, results);

    Plan.Builder builder = Plan.of(training.graph());
    values.forEach(builder::parameter);
    results.forEach(builder::result);
    long bytes = builder.bytes();
    try (Plan plan = builder.build()) {
      assertThat(plan.bytes()).isEqualTo(bytes);
      plan.poison();
      inputs.forEach((name, value) -> plan.input(name).assign(value));
      plan.run();
      for (Node result : results) {
        assertThat(relativeError(plan.result(result), expected.get(result)))
            .as(result + " of " + spec)
            .isLessThan(1e-5);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void denoisingEqualsTraining(long seed) {
    Random random = new Random(seed);
    ArchitectureSpec spec = RandomArchitectures.draw(random);
    try (Network network = Network.initialize(spec, seed)) {
      for (INDArray tensor : network.tensors().values()) {
        if (tensor.length() == 1) {
          tensor.assign(0.7);
        }
      }
      long size = spec.imgResolution();
      INDArray images = gaussian(random, BATCH, spec.imgChannels(), size, size);
      INDArray noise = images.ulike().assign(0);
      INDArray sigma = Nd4j.createFromArray(0.3f, 2f);
      INDArray labels = gaussian(random, BATCH, Math.max(1, spec.labelDim()));
      TrainingStep step = network.trainingStep(BATCH);
      step.run(images, noise, sigma, labels);

      assertThat(relativeError(network.denoise(images, sigma, labels), step.denoised()))
          .isLessThan(1e-5);

      network.parameters().muli(1.5);
      network.parametersChanged();
      step.run(images, noise, sigma, labels);
      assertThat(relativeError(network.denoise(images, sigma, labels), step.denoised()))
          .as("after the parameters changed")
          .isLessThan(1e-5);
    }
  }

  private static double relativeError(INDArray actual, INDArray expected) {
    INDArray difference = actual.sub(expected);
    return difference.norm2Number().doubleValue()
        / Math.max(1e-12, expected.norm2Number().doubleValue());
  }

  private static INDArray gaussian(Random random, long... shape) {
    float[] values = new float[(int) java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Nd4j.createFromArray(values).reshape(shape);
  }
}
