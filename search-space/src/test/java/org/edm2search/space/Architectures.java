package org.edm2search.space;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BlockSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.BranchKind;
import org.edm2search.space.architecture.BranchSpec;
import org.edm2search.space.architecture.EmbeddingPosition;
import org.edm2search.space.architecture.Placement;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.architecture.UNetLayout;

/** Small and random architectures for tests. */
public final class Architectures {

  private Architectures() {}

  /** Two levels, one block each, with the branch of G*. */
  public static ArchitectureSpec small() {
    return small(Presets.seedBranch());
  }

  public static ArchitectureSpec small(BranchSpec branch) {
    return ArchitectureSpec.builder()
        .imgResolution(16)
        .imgChannels(3)
        .labelDim(10)
        .modelChannels(8)
        .channelMult(List.of(1, 2))
        .numBlocks(1)
        .attnResolutions(Set.of(8))
        .channelsPerHead(8)
        .branches(BranchAssignment.uniform(branch))
        .build();
  }

  /** Any geometry and any assignment of branches, overrides without effect included. */
  public static ArchitectureSpec random(RandomGenerator random) {
    int levels = 1 + random.nextInt(3);
    List<Integer> channelMult = new ArrayList<>();
    for (int level = 0; level < levels; level++) {
      channelMult.add(1 + random.nextInt(3));
    }
    ArchitectureSpec spec =
        ArchitectureSpec.builder()
            .imgResolution(16)
            .imgChannels(1 + random.nextInt(4))
            .labelDim(random.nextInt(3) * 5)
            .modelChannels(8)
            .channelMult(channelMult)
            .numBlocks(depths(channelMult, random.nextInt(2)))
            .attnResolutions(random.nextBoolean() ? Set.of(8, 4) : Set.of(2))
            .channelsPerHead(random.nextBoolean() ? 4 : 8)
            .branches(BranchAssignment.uniform(branch(random)))
            .build();
    Map<String, BranchSpec> overrides = new TreeMap<>();
    for (String selector : selectors(spec)) {
      if (random.nextInt(4) == 0) {
        overrides.put(selector, random.nextInt(3) == 0 ? spec.branches().base() : branch(random));
      }
    }
    return spec.withBranches(new BranchAssignment(spec.branches().base(), overrides));
  }

  /** Depths that differ from level to level where the widths do. */
  private static List<Integer> depths(List<Integer> channelMult, int more) {
    return channelMult.stream().map(multiple -> 1 + (multiple + more) % 2).toList();
  }

  public static Set<String> selectors(ArchitectureSpec spec) {
    Set<String> selectors = new LinkedHashSet<>();
    for (BlockSpec block : UNetLayout.of(spec).blocks()) {
      selectors.addAll(block.selectors());
    }
    return selectors;
  }

  public static BranchSpec branch(RandomGenerator random) {
    return switch (random.nextInt(6)) {
      case 0 -> BranchSpec.CONV;
      case 1 -> BranchSpec.DWCONV;
      default -> separable(random);
    };
  }

  public static BranchSpec separable(RandomGenerator random) {
    Map<Placement, Integer> kernels = new EnumMap<>(Placement.class);
    int mask = 1 + random.nextInt(7);
    for (Placement placement : Placement.values()) {
      if ((mask >> placement.ordinal() & 1) == 1) {
        kernels.put(placement, 3 + 2 * random.nextInt(3));
      }
    }
    double[] expansions = {1, 1.5, 2, 2.25, 4, 6};
    return new BranchSpec(
        BranchKind.SEPARABLE,
        kernels,
        expansions[random.nextInt(expansions.length)],
        random.nextBoolean() ? EmbeddingPosition.WIDE : EmbeddingPosition.NARROW,
        random.nextBoolean());
  }
}
