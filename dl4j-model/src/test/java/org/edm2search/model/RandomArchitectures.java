package org.edm2search.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.WeightedNetwork;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.BranchSpec;
import org.edm2search.space.architecture.EmbeddingPosition;
import org.edm2search.space.architecture.ParameterSpec;
import org.edm2search.space.architecture.Placement;
import org.edm2search.space.architecture.UNetLayout;

/** Small architectures drawn from the whole grammar. */
final class RandomArchitectures {

  private RandomArchitectures() {}

  static ArchitectureSpec draw(Random random) {
    Map<String, BranchSpec> overrides = new HashMap<>();
    for (String selector : List.of("enc", "dec", "dec.8x8", "enc.8x8_block0")) {
      if (random.nextBoolean()) {
        overrides.put(selector, branch(random));
      }
    }
    int head = 1 << random.nextInt(3);
    return ArchitectureSpec.builder()
        .imgResolution(8)
        .imgChannels(random.nextBoolean() ? 1 : 3)
        .labelDim(random.nextBoolean() ? 0 : 5)
        .modelChannels(4)
        .channelMult(List.of(1, 1 + random.nextInt(2)))
        .numBlocks(List.of(1 + random.nextInt(2), 1 + random.nextInt(2)))
        .attnResolutions(random.nextBoolean() ? Set.of(4) : Set.of(8, 4))
        .channelsPerHead(head)
        .branches(new BranchAssignment(branch(random), overrides))
        .build();
  }

  /**
   * Returns random weights: gains that training would have moved from 0, so that every part of the
   * network acts.
   */
  static WeightedNetwork network(ArchitectureSpec spec, Random random) {
    Map<String, Tensor> tensors = new HashMap<>();
    for (ParameterSpec parameter : UNetLayout.of(spec).parameters()) {
      float[] values = new float[Math.toIntExact(parameter.size())];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            (float)
                switch (parameter.kind()) {
                  case WEIGHT -> random.nextGaussian();
                  case GAIN -> 0.5 + random.nextDouble();
                  case FREQUENCIES -> 2 * Math.PI * random.nextGaussian();
                  case PHASES -> 2 * Math.PI * random.nextDouble();
                };
      }
      tensors.put(parameter.name(), new Tensor(parameter.shape(), values));
    }
    return new WeightedNetwork(spec, tensors);
  }

  private static BranchSpec branch(Random random) {
    int kind = random.nextInt(8);
    if (kind == 0) {
      return BranchSpec.CONV;
    }
    if (kind == 1) {
      return BranchSpec.DWCONV;
    }
    Map<Placement, Integer> kernels = new HashMap<>();
    while (kernels.isEmpty()) {
      for (Placement placement : Placement.values()) {
        if (random.nextBoolean()) {
          kernels.put(placement, 3 + 2 * random.nextInt(3));
        }
      }
    }
    return new BranchSpec(
        org.edm2search.space.architecture.BranchKind.SEPARABLE,
        kernels,
        1 + random.nextInt(4) / 2.0,
        random.nextBoolean() ? EmbeddingPosition.WIDE : EmbeddingPosition.NARROW,
        random.nextBoolean());
  }
}
