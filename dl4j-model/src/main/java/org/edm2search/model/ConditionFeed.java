package org.edm2search.model;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import org.edm2search.model.device.HostView;
import org.edm2search.model.plan.Plan;
import org.jspecify.annotations.Nullable;
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
    fill(UNetGraph.SIGMA, sigma::getDouble);
    fill(UNetGraph.IN, i -> preconditioning[i].in());
    fill(UNetGraph.SKIP, i -> preconditioning[i].skip());
    fill(UNetGraph.OUT, i -> preconditioning[i].out());
    fill(UNetGraph.NOISE_LEVEL, i -> preconditioning[i].noise());
    fill(UNetGraph.LOSS_WEIGHT, i -> preconditioning[i].lossWeight());
  }

  /** Feeds one-hot classes; none is all zeros. */
  void labels(@Nullable INDArray labels) {
    if (!plan.hasInput(UNetGraph.LABELS)) {
      return;
    }
    if (labels == null) {
      plan.input(UNetGraph.LABELS).assign(0);
    } else {
      plan.feed(UNetGraph.LABELS, labels);
    }
  }

  private void fill(String name, IntToDoubleFunction value) {
    if (!plan.hasInput(name)) {
      return;
    }
    HostView.write(
        plan.input(name),
        buffer -> {
          for (int i = 0; i < batch; i++) {
            buffer.put(i, (float) value.applyAsDouble(i));
          }
        });
  }
}
