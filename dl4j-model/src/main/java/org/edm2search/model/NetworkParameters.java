package org.edm2search.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.edm2search.model.plan.Plan;
import org.edm2search.space.architecture.ParameterSpec;
import org.edm2search.space.architecture.UNetLayout;
import org.edm2search.space.base.Edm2SearchException;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The tensors of a network: all trained ones in one flat vector, and the Fourier buffers. */
final class NetworkParameters implements AutoCloseable {

  /** Values that are copied at once: a large network must not exist a second time as garbage. */
  private static final int CHUNK = 1 << 16;

  private final INDArray trained;
  private final INDArray fixed;
  private final Map<String, INDArray> vectors = new LinkedHashMap<>();
  private final UNetLayout layout;

  private NetworkParameters(UNetLayout layout) {
    this.layout = layout;
    trained = Nd4j.create(DataType.FLOAT, size(true));
    fixed = Nd4j.create(DataType.FLOAT, Math.max(1, size(false)));
    long trainedOffset = 0;
    long fixedOffset = 0;
    for (ParameterSpec spec : layout.parameters()) {
      if (spec.trainable()) {
        vectors.put(spec.name(), Plan.view(trained, trainedOffset, spec.size()));
        trainedOffset += spec.size();
      } else {
        vectors.put(spec.name(), Plan.view(fixed, fixedOffset, spec.size()));
        fixedOffset += spec.size();
      }
    }
  }

  private long size(boolean trainable) {
    return layout.parameters().stream()
        .filter(spec -> spec.trainable() == trainable)
        .mapToLong(ParameterSpec::size)
        .sum();
  }

  /** Draws initial values; each tensor's depend on the seed and its name only. */
  static NetworkParameters initialize(UNetLayout layout, long seed) {
    NetworkParameters parameters = new NetworkParameters(layout);
    for (ParameterSpec spec : layout.parameters()) {
      RandomGenerator random =
          RandomGeneratorFactory.of("L64X128MixRandom").create(seedOf(seed, spec.name()));
      for (long from = 0; from < spec.size(); from += CHUNK) {
        float[] values = new float[(int) Math.min(CHUNK, spec.size() - from)];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) draw(spec.kind(), random);
        }
        parameters.put(spec, from, values);
      }
    }
    return parameters;
  }

  private static double draw(ParameterSpec.Kind kind, RandomGenerator random) {
    return switch (kind) {
      case WEIGHT -> random.nextGaussian();
      case GAIN -> 0;
      case FREQUENCIES -> 2 * Math.PI * random.nextGaussian();
      case PHASES -> 2 * Math.PI * random.nextDouble();
    };
  }

  private static long seedOf(long seed, String name) {
    long hash = 0xcbf29ce484222325L ^ seed;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  /** Copies named tensors, which must be exactly those of the layout. */
  static NetworkParameters of(UNetLayout layout, Map<String, INDArray> tensors) {
    NetworkParameters parameters = new NetworkParameters(layout);
    for (ParameterSpec spec : layout.parameters()) {
      INDArray tensor = tensors.get(spec.name());
      if (tensor == null) {
        throw new Edm2SearchException(
            "the architecture has a tensor '%s', but the weights have none of that name"
                .formatted(spec.name()));
      }
      long[] expected = spec.shape().stream().mapToLong(Integer::longValue).toArray();
      boolean scalar = expected.length == 0 && tensor.length() == 1;
      if (!scalar && !java.util.Arrays.equals(expected, tensor.shape())) {
        throw new Edm2SearchException(
            "tensor '%s' must have shape %s, but has %s"
                .formatted(spec.name(), spec.shape(), java.util.Arrays.toString(tensor.shape())));
      }
      parameters.put(spec, 0, tensor.dup('c').reshape(tensor.length()).toFloatVector());
    }
    Set<String> unknown = new java.util.TreeSet<>(tensors.keySet());
    unknown.removeAll(parameters.vectors.keySet());
    if (!unknown.isEmpty()) {
      throw new Edm2SearchException(
          "the weights have tensors that the architecture does not: " + unknown);
    }
    return parameters;
  }

  private void put(ParameterSpec spec, long from, float[] values) {
    INDArray vector = spec.trainable() ? trained : fixed;
    long offset = vector(spec).offset() + from;
    try (INDArray copy = Nd4j.createFromArray(values)) {
      Plan.view(vector, offset, values.length).assign(copy);
    }
  }

  /** Returns the live vector of all trained values. */
  INDArray trained() {
    return trained;
  }

  /** Returns the live vector of all Fourier buffers. */
  INDArray fixed() {
    return fixed;
  }

  private INDArray vector(ParameterSpec spec) {
    return Objects.requireNonNull(vectors.get(spec.name()), spec.name());
  }

  /** Returns a live view of a tensor in its stored shape. */
  INDArray tensor(ParameterSpec spec) {
    long[] shape = spec.shape().stream().mapToLong(Integer::longValue).toArray();
    INDArray vector = vector(spec);
    return Plan.view(spec.trainable() ? trained : fixed, vector.offset(), shape);
  }

  /** Returns a live view of every tensor as the graph has it: a matrix. */
  Map<String, INDArray> matrices() {
    Map<String, INDArray> matrices = new LinkedHashMap<>();
    for (ParameterSpec spec : layout.parameters()) {
      matrices.put(spec.name(), matrix(spec, spec.trainable() ? trained : fixed));
    }
    return Collections.unmodifiableMap(matrices);
  }

  /** Returns the part of a vector with this layout that belongs to a tensor, as a matrix. */
  INDArray matrix(ParameterSpec spec, INDArray vector) {
    long offset = vector(spec).offset();
    boolean rows = spec.kind() == ParameterSpec.Kind.WEIGHT;
    return rows
        ? Plan.view(vector, offset, spec.rows(), spec.fanIn())
        : Plan.view(vector, offset, 1, spec.size());
  }

  @Override
  public void close() {
    trained.close();
    fixed.close();
  }
}
