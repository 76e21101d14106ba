package org.edm2search.model;

import java.util.List;
import java.util.Objects;
import org.edm2search.model.device.HostView;
import org.edm2search.model.graph.Node;
import org.edm2search.model.graph.Operation;
import org.edm2search.model.plan.Plan;
import org.edm2search.space.architecture.ParameterSpec;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The forward and backward pass of the training loss for one batch size. Reads the network's live
 * parameters at every run; writes no parameter. Closed by its network.
 */
public final class TrainingStep {

  private final Plan plan;
  private final ConditionFeed feed;
  private final INDArray gradients;
  private final INDArray loss;
  private final INDArray denoised;
  private final INDArray logVariance;

  TrainingStep(Network network, NetworkParameters parameters, int batch) {
    UNetGraph.Training training = UNetGraph.training(network.layout(), batch, network.device());
    gradients = Nd4j.create(DataType.FLOAT, parameters.trained().length());
    plan = builder(training, network, parameters, gradients).build();
    feed = new ConditionFeed(plan, batch);
    loss = plan.result(training.loss());
    denoised = plan.result(training.denoised());
    logVariance = plan.result(training.logVariance());
  }

  /** Returns the bytes of the plan without allocating its arena. */
  static long bytes(Network network, NetworkParameters parameters, int batch) {
    UNetGraph.Training training = UNetGraph.training(network.layout(), batch, network.device());
    // Gradients are written beside the arena; only their places in a vector matter here.
    return builder(training, network, parameters, parameters.trained()).bytes();
  }

  /** Returns the operations of a step. */
  static List<Operation> operations(Network network, NetworkParameters parameters, int batch) {
    UNetGraph.Training training = UNetGraph.training(network.layout(), batch, network.device());
    return builder(training, network, parameters, parameters.trained()).operations();
  }

  private static Plan.Builder builder(
      UNetGraph.Training training,
      Network network,
      NetworkParameters parameters,
      INDArray gradients) {
    Plan.Builder builder = Plan.of(training.graph());
    parameters.matrices().forEach(builder::parameter);
    for (ParameterSpec spec : network.layout().parameters()) {
      if (spec.trainable()) {
        Node gradient = Objects.requireNonNull(training.gradients().get(spec.name()), spec.name());
        builder.result(gradient, parameters.matrix(spec, gradients));
      }
    }
    builder.result(training.loss());
    builder.result(training.denoised());
    builder.result(training.logVariance());
    return builder;
  }

  /**
   * Computes the loss of a batch and its gradients.
   *
   * <p>The loss is the mean over all elements of λ(σ)/exp(u)·(D(images + noise·σ; σ) − images)² +
   * u, with the predicted log-variance u(σ) (EDM2, equation 21).
   *
   * @param images clean images, float32 [N, C, H, W]
   * @param noise unit normal noise, float32 [N, C, H, W]
   * @param sigma noise level of each image, float32 [N]
   * @param labels one-hot classes, float32 [N, classes], or null
   * @return the loss
   */
  public double run(INDArray images, INDArray noise, INDArray sigma, @Nullable INDArray labels) {
    plan.feed(UNetGraph.IMAGES, images);
    plan.feed(UNetGraph.NOISE, noise);
    feed.labels(labels);
    feed.sigma(sigma);
    plan.run();
    return HostView.read(loss).get(0);
  }

  /** Returns the gradients of the last loss, float32 [P] as {@link Network#parameters()}. */
  public INDArray gradients() {
    return gradients;
  }

  /** Returns D of the last run, float32 [N, C, H, W]. */
  public INDArray denoised() {
    return denoised;
  }

  /** Returns u(σ) of the last run, float32 [N, 1]. */
  public INDArray logVariance() {
    return logVariance;
  }

  /** Returns the plan that runs the step. */
  Plan plan() {
    return plan;
  }

  void close() {
    plan.close();
    gradients.close();
  }
}
