package org.edm2search.model;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.edm2search.model.plan.Plan;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Fills the inputs of a plan that depend on noise level and class. */
final class ConditionFeed {

  private final Plan plan;
  private final int batch;
  private final Preconditioning[] preconditioning;

  ConditionFeed(Plan plan, int batch) {
    this.plan = plan;
    this.batch = batch;
    preconditioning = new Preconditioning[batch];
  }

  void sigma(INDArray sigma) {
    if (sigma.length() != batch) {
      throw new IllegalArgumentException(
          "expected %d noise levels, but received %s"
              .formatted(batch, Arrays.toString(sigma.shape())));
    }
    for (int i = 0; i < batch; i++) {
      preconditioning[i] = Preconditioning.of(sigma.getDouble(i));
    }
    fill(UNetGraph.IN, Preconditioning::in);
    fill(UNetGraph.SKIP, Preconditioning::skip);
    fill(UNetGraph.OUT, Preconditioning::out);
    fill(UNetGraph.NOISE_LEVEL, Preconditioning::noise);
    fill(UNetGraph.LOSS_WEIGHT, Preconditioning::lossWeight);
  }

  /** Feeds one-hot classes; none is all zeros. */
  void labels(INDArray labels) {
    if (!plan.hasInput(UNetGraph.LABELS)) {
      return;
    }
    INDArray input = plan.input(UNetGraph.LABELS);
    if (labels == null) {
      input.assign(0);
    } else if (!Arrays.equals(input.shape(), labels.shape())) {
      throw new IllegalArgumentException(
          "expected labels of shape %s, but received %s"
              .formatted(Arrays.toString(input.shape()), Arrays.toString(labels.shape())));
    } else {
      input.assign(labels);
    }
  }

  private void fill(String name, ToDoubleFunction<Preconditioning> value) {
    if (!plan.hasInput(name)) {
      return;
    }
    FloatBuffer buffer = plan.input(name).data().asNioFloat();
    for (int i = 0; i < batch; i++) {
      buffer.put(i, (float) value.applyAsDouble(preconditioning[i]));
    }
  }
}
