package org.edm2search.model;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.edm2search.model.device.Device;
import org.edm2search.model.graph.Graph;
import org.edm2search.model.graph.Node;
import org.edm2search.model.graph.Operation;
import org.edm2search.model.ops.MagnitudePreserving;
import org.edm2search.model.plan.Plan;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.ParameterSpec;
import org.edm2search.space.architecture.UNetLayout;
import org.edm2search.space.base.Edm2SearchException;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A preconditioned diffusion U-Net: its tensors, and the plans that run and train it.
 *
 * <p>Owns native memory; close it. Not thread-safe. Plans are built at the first use of a batch
 * size and kept.
 */
public final class Network implements Denoiser, AutoCloseable {

  private static final int MAX_DENOISING_PLANS = 3;

  /** Values, 8 MiB: smaller ones stay in a cache from one operation to the next. */
  private static final long LEAST_TILED = 1 << 21;

  /** Training reaches parameters and gradients through buffers of at most 2 GiB. */
  private static final long MOST_TRAINED = Integer.MAX_VALUE / Float.BYTES;

  private final UNetLayout layout;
  private final Device device;
  private final NetworkParameters parameters;
  private final Map<Integer, TrainingStep> trainingSteps = new HashMap<>();
  private final LinkedHashMap<Integer, DenoisingPlan> denoisingPlans =
      new LinkedHashMap<>(4, 0.75f, true);
  private @Nullable Plan weightNormalization;

  private Network(UNetLayout layout, Device device, NetworkParameters parameters) {
    this.layout = layout;
    this.device = device;
    this.parameters = parameters;
  }

  /**
   * Creates a network with random weights.
   *
   * @param spec architecture
   * @param seed every tensor's values depend on this and its name only
   */
  public static Network initialize(ArchitectureSpec spec, long seed) {
    return initialize(spec, seed, Device.current());
  }

  /** Creates a network with random weights that computes as is fast on a device. */
  public static Network initialize(ArchitectureSpec spec, long seed, Device device) {
    UNetLayout layout = UNetLayout.of(spec);
    return new Network(layout, device, NetworkParameters.initialize(layout, seed));
  }

  /**
   * Creates a network from named tensors, which are copied.
   *
   * @param spec architecture
   * @param tensors every tensor of its layout, in its stored shape
   * @throws Edm2SearchException if a tensor is missing, unknown or misshaped
   */
  public static Network of(ArchitectureSpec spec, Map<String, INDArray> tensors) {
    return of(spec, tensors, Device.current());
  }

  /** Creates a network from named tensors that computes as is fast on a device. */
  public static Network of(ArchitectureSpec spec, Map<String, INDArray> tensors, Device device) {
    UNetLayout layout = UNetLayout.of(spec);
    return new Network(layout, device, NetworkParameters.of(layout, tensors));
  }

  /** Returns what its operations are chosen for. */
  public Device device() {
    return device;
  }

  /** Returns the architecture. */
  public ArchitectureSpec architecture() {
    return layout.spec();
  }

  /** Returns the layout. */
  public UNetLayout layout() {
    return layout;
  }

  /**
   * Returns the live vector of all trained values, float32 [P], in the order of the layout's
   * trainable parameters. Call {@link #parametersChanged()} after writing.
   */
  public INDArray parameters() {
    return parameters.trained();
  }

  /** Returns a live view of a tensor in its stored shape. */
  public INDArray parameter(String name) {
    return layout.parameters().stream()
        .filter(spec -> spec.name().equals(name))
        .findFirst()
        .map(parameters::tensor)
        .orElseThrow(() -> new IllegalArgumentException("no parameter '" + name + "'"));
  }

  /** Returns live views of all tensors, Fourier buffers too, by their stable names. */
  public Map<String, INDArray> tensors() {
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    for (ParameterSpec spec : layout.parameters()) {
      tensors.put(spec.name(), parameters.tensor(spec));
    }
    return tensors;
  }

  /** Tells that {@link #parameters()} was written: what was derived from it is made anew. */
  public void parametersChanged() {
    denoisingPlans.values().forEach(denoising -> denoising.plan.parametersChanged());
  }

  /**
   * Returns the training step for a batch size, closed with this network.
   *
   * @throws Edm2SearchException if the network's gradients are more than a buffer of Java's can
   *     hold
   */
  public TrainingStep trainingStep(int batchSize) {
    requireBatch(batchSize);
    if (parameters.trained().length() > MOST_TRAINED) {
      throw new Edm2SearchException(
          "networks of more than %,d parameters can be drawn from, but not trained; this has %,d"
              .formatted(MOST_TRAINED, parameters.trained().length()));
    }
    return trainingSteps.computeIfAbsent(
        batchSize, batch -> new TrainingStep(this, parameters, batch));
  }

  /**
   * Replaces every weight row w by w/(ε + ‖w‖/√n): forced weight normalization (EDM2, section 2.3).
   */
  public void normalizeWeights() {
    if (weightNormalization == null) {
      weightNormalization = weightNormalization();
    }
    weightNormalization.run();
    parametersChanged();
  }

  private Plan weightNormalization() {
    Graph graph = new Graph(device);
    Map<ParameterSpec, Node> normalized = new LinkedHashMap<>();
    for (ParameterSpec spec : layout.parameters()) {
      if (spec.kind() == ParameterSpec.Kind.WEIGHT) {
        Node stored = graph.parameter(spec.name(), spec.rows(), spec.fanIn());
        Node magnitude = graph.scale(graph.norm2Columns(stored), 1 / Math.sqrt(spec.fanIn()));
        normalized.put(
            spec, graph.divide(stored, graph.shift(magnitude, MagnitudePreserving.EPSILON)));
      }
    }
    Plan.Builder builder = Plan.of(graph);
    normalized.forEach(
        (spec, node) -> {
          INDArray matrix = parameters.matrix(spec, parameters.trained());
          builder.parameter(spec.name(), matrix);
          builder.result(node, matrix);
        });
    return builder.build();
  }

  @Override
  public INDArray denoise(INDArray images, INDArray sigma, @Nullable INDArray labels) {
    ArchitectureSpec spec = layout.spec();
    int batch = Math.toIntExact(images.size(0));
    long[] expected = {batch, spec.imgChannels(), spec.imgResolution(), spec.imgResolution()};
    if (!Arrays.equals(expected, images.shape())) {
      throw new IllegalArgumentException(
          "expected images of shape %s, but received %s"
              .formatted(Arrays.toString(expected), Arrays.toString(images.shape())));
    }
    return denoisingPlan(batch).run(images, sigma, labels);
  }

  /** Returns the bytes that denoising a batch takes beside the weights, without taking them. */
  public long denoisingBytes(int batch) {
    requireBatch(batch);
    return builder(UNetGraph.denoising(layout, batch, device)).bytes();
  }

  /**
   * Returns the bytes that a training step takes beside the weights, without taking them. Gradients
   * and activations count, the optimizer's state does not.
   */
  public long trainingBytes(int batch) {
    requireBatch(batch);
    return parameters.trained().length() * Float.BYTES
        + TrainingStep.bytes(this, parameters, batch);
  }

  /** Returns the operations of a training step: what there is to do, not how fast it is done. */
  public List<Operation> trainingOperations(int batch) {
    requireBatch(batch);
    return TrainingStep.operations(this, parameters, batch);
  }

  /** Returns the operations that denoise a batch, those on weights included. */
  public List<Operation> denoisingOperations(int batch) {
    requireBatch(batch);
    return builder(UNetGraph.denoising(layout, batch, device)).operations();
  }

  /**
   * Refuses a training that does not fit into the device's memory.
   *
   * @throws org.edm2search.model.device.DeviceMemoryException with what is needed and what is free
   */
  public void requireRoomForTraining(int batch) {
    if (device.freeBytes().isPresent()) {
      device.requireFree(parameters.trained().length() * Float.BYTES + trainingBytes(batch));
    }
  }

  private DenoisingPlan denoisingPlan(int batch) {
    requireBatch(batch);
    DenoisingPlan plan = denoisingPlans.get(batch);
    if (plan == null) {
      if (denoisingPlans.size() == MAX_DENOISING_PLANS) {
        Iterator<DenoisingPlan> eldest = denoisingPlans.values().iterator();
        eldest.next().plan.close();
        eldest.remove();
      }
      plan = new DenoisingPlan(batch);
      denoisingPlans.put(batch, plan);
    }
    return plan;
  }

  private static void requireBatch(int batch) {
    if (batch < 1) {
      throw new IllegalArgumentException("the batch must have at least 1 image, but has " + batch);
    }
  }

  @Override
  public void close() {
    denoisingPlans.values().forEach(denoising -> denoising.plan.close());
    denoisingPlans.clear();
    trainingSteps.values().forEach(TrainingStep::close);
    trainingSteps.clear();
    if (weightNormalization != null) {
      weightNormalization.close();
      weightNormalization = null;
    }
    parameters.close();
  }

  private Plan.Builder builder(UNetGraph.Denoising denoising) {
    Plan.Builder builder = Plan.of(denoising.graph()).parametersStandStill();
    if (device.has(Device.Trait.HOST_MEMORY) && Nd4j.getEnvironment().maxThreads() == 1) {
      builder.tiledFrom(LEAST_TILED);
    }
    Map<String, INDArray> matrices = parameters.matrices();
    for (String name : denoising.graph().parameters().keySet()) {
      builder.parameter(name, Objects.requireNonNull(matrices.get(name), name));
    }
    return builder.result(denoising.denoised());
  }

  private final class DenoisingPlan {
    private final Plan plan;
    private final ConditionFeed feed;
    private final INDArray denoised;

    DenoisingPlan(int batch) {
      UNetGraph.Denoising denoising = UNetGraph.denoising(layout, batch, device);
      plan = builder(denoising).build();
      feed = new ConditionFeed(plan, batch);
      denoised = plan.result(denoising.denoised());
    }

    INDArray run(INDArray images, INDArray sigma, @Nullable INDArray labels) {
      plan.feed(UNetGraph.IMAGES, images);
      feed.labels(labels);
      feed.sigma(sigma);
      plan.run();
      return denoised;
    }
  }
}
