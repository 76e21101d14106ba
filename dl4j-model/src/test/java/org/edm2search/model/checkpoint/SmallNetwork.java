package org.edm2search.model.checkpoint;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.ParameterSpec;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.architecture.UNetLayout;

/** A network small enough for files of a few kilobytes, made without native memory. */
final class SmallNetwork {

  static final ArchitectureSpec SPEC =
      ArchitectureSpec.builder()
          .imgResolution(8)
          .imgChannels(1)
          .labelDim(2)
          .modelChannels(4)
          .channelMult(List.of(1, 2))
          .numBlocks(1)
          .attnResolutions(Set.of(4))
          .channelsPerHead(4)
          .branches(BranchAssignment.uniform(Presets.seedBranch()))
          .build();

  private SmallNetwork() {}

  /** Returns random tensors; every bit pattern may occur, NaN too. */
  static Map<String, Tensor> tensors(long seed) {
    return tensors(SPEC, seed);
  }

  /** Returns random tensors of a network. */
  static Map<String, Tensor> tensors(ArchitectureSpec spec, long seed) {
    Map<String, Tensor> tensors = new TreeMap<>();
    Random random = new Random(seed);
    for (ParameterSpec parameter : UNetLayout.of(spec).parameters()) {
      tensors.put(
          parameter.name(), new Tensor(parameter.shape(), floats(random, (int) parameter.size())));
    }
    return tensors;
  }

  /** Returns a vector as long as the trained values. */
  static float[] vector(long seed) {
    return floats(
        new Random(seed),
        (int)
            UNetLayout.of(SPEC).parameters().stream()
                .filter(ParameterSpec::trainable)
                .mapToLong(ParameterSpec::size)
                .sum());
  }

  private static float[] floats(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
    }
    return values;
  }

  static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
