package org.edm2search.space.architecture;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The choices that define the residual branch of one block.
 *
 * @param kind family of the branch; the other components describe {@link BranchKind#SEPARABLE} only
 *     and are empty or neutral otherwise
 * @param kernels kernel size (3, 5 or 7) of the depthwise convolution at each placement that has
 *     one
 * @param expansion width of the middle relative to the block's output channels, at least 1
 * @param embedding where the condition embedding acts
 * @param linearBottleneck whether the input depthwise convolution feeds the expansion directly,
 *     without an activation between them (CONFIG D and later); without an input placement it has no
 *     effect and becomes true, so that equal branches are equal values
 */
public record BranchSpec(
    BranchKind kind,
    Map<Placement, Integer> kernels,
    double expansion,
    EmbeddingPosition embedding,
    boolean linearBottleneck) {

  /** EDM2's branch, CONFIG A. */
  public static final BranchSpec CONV =
      new BranchSpec(BranchKind.CONV, Map.of(), 1, EmbeddingPosition.WIDE, false);

  /** Full-width depthwise branch, CONFIG B. */
  public static final BranchSpec DWCONV =
      new BranchSpec(BranchKind.DWCONV, Map.of(), 1, EmbeddingPosition.WIDE, false);

  /** Sizes that a depthwise convolution may have. */
  public static final List<Integer> KERNELS = List.of(3, 5, 7);

  public static final int MIN_EXPANSION = 1;
  public static final int MAX_EXPANSION = 16;

  public BranchSpec {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(embedding, "embedding");
    EnumMap<Placement, Integer> copy = new EnumMap<>(Placement.class);
    copy.putAll(kernels);
    kernels = Collections.unmodifiableMap(copy);
    if (kind == BranchKind.SEPARABLE) {
      if (kernels.isEmpty()) {
        throw new IllegalArgumentException(
            "a separable branch needs a depthwise convolution in at least one of in, mid, out");
      }
      kernels.forEach(
          (placement, kernel) -> {
            if (!KERNELS.contains(kernel)) {
              throw new IllegalArgumentException(
                  "kernel must be 3, 5 or 7, but the one at '%s' is %d"
                      .formatted(placement.text(), kernel));
            }
          });
      if (!(expansion >= MIN_EXPANSION && expansion <= MAX_EXPANSION)) {
        throw new IllegalArgumentException(
            "expansion must be between %d and %d, but is %s"
                .formatted(MIN_EXPANSION, MAX_EXPANSION, expansion));
      }
      linearBottleneck |= !kernels.containsKey(Placement.IN);
    } else {
      if (!kernels.isEmpty() || expansion != 1) {
        throw new IllegalArgumentException(
            "a '%s' branch has no depthwise placement, kernel or expansion to choose"
                .formatted(kind.text()));
      }
      embedding = EmbeddingPosition.WIDE;
      linearBottleneck = false;
    }
  }

  /** Returns a separable branch with one kernel size at every placement. */
  public static BranchSpec separable(
      Set<Placement> depthwise,
      int kernel,
      double expansion,
      EmbeddingPosition embedding,
      boolean linearBottleneck) {
    EnumMap<Placement, Integer> kernels = new EnumMap<>(Placement.class);
    depthwise.forEach(placement -> kernels.put(placement, kernel));
    return new BranchSpec(BranchKind.SEPARABLE, kernels, expansion, embedding, linearBottleneck);
  }

  /** Returns the depthwise placements, in branch order. */
  public Set<Placement> depthwise() {
    return kernels.keySet();
  }

  /** Returns the width of the middle for a block of {@code outChannels} channels. */
  public int wideChannels(int outChannels) {
    return Math.toIntExact(Math.round(expansion * outChannels));
  }
}
