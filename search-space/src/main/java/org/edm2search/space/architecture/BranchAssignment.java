package org.edm2search.space.architecture;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which branch each block uses: a base and the places that differ from it.
 *
 * <p>A selector names a stage ({@code enc}, {@code dec}), a level of a stage ({@code enc.16x16}) or
 * one block ({@code enc.16x16_block0}). The most specific selector wins.
 *
 * @param base the branch of every block that no selector matches
 * @param overrides branch by selector
 */
public record BranchAssignment(BranchSpec base, Map<String, BranchSpec> overrides) {

  public BranchAssignment {
    Objects.requireNonNull(base, "base");
    overrides = Collections.unmodifiableMap(new TreeMap<>(overrides));
  }

  /** Returns the assignment of one branch to every block. */
  public static BranchAssignment uniform(BranchSpec branch) {
    return new BranchAssignment(branch, Map.of());
  }

  /**
   * Returns the branch of a block.
   *
   * @param stage half of the network
   * @param resolution width and height of the block's output, pixels
   * @param name full block name, such as {@code dec.8x8_in0}
   */
  public BranchSpec branchOf(Stage stage, int resolution, String name) {
    BranchSpec block = overrides.get(name);
    if (block != null) {
      return block;
    }
    BranchSpec level = overrides.get(levelSelector(stage, resolution));
    if (level != null) {
      return level;
    }
    return overrides.getOrDefault(stage.text(), base);
  }

  /** Returns the branch of a block. */
  public BranchSpec branchOf(BlockSpec block) {
    return branchOf(block.stage(), block.resolution(), block.name());
  }

  /**
   * Returns the one assignment that stands for every assignment with the same effect on these
   * blocks: the base is the most frequent branch (the first of equals), and each stage, level and
   * block is named only if its own most frequent branch differs from what surrounds it.
   *
   * @param blocks all blocks of the network, in order
   */
  public BranchAssignment canonical(List<BlockSpec> blocks) {
    BranchSpec common = mostFrequent(blocks, null);
    Map<String, BranchSpec> differing = new TreeMap<>();
    canonical(blocks, 0, common, differing);
    return new BranchAssignment(common, differing);
  }

  private void canonical(
      List<BlockSpec> blocks, int depth, BranchSpec outer, Map<String, BranchSpec> differing) {
    Map<String, List<BlockSpec>> groups = new LinkedHashMap<>();
    for (BlockSpec block : blocks) {
      groups
          .computeIfAbsent(block.selectors().get(depth), selector -> new ArrayList<>())
          .add(block);
    }
    groups.forEach(
        (selector, members) -> {
          BranchSpec common = mostFrequent(members, outer);
          if (!common.equals(outer)) {
            differing.put(selector, common);
          }
          if (depth + 1 < members.get(0).selectors().size()) {
            canonical(members, depth + 1, common, differing);
          }
        });
  }

  private BranchSpec mostFrequent(List<BlockSpec> blocks, @Nullable BranchSpec preferred) {
    Map<BranchSpec, Integer> counts = new LinkedHashMap<>();
    blocks.forEach(block -> counts.merge(branchOf(block), 1, Integer::sum));
    int most = Collections.max(counts.values());
    if (preferred != null && counts.getOrDefault(preferred, 0) == most) {
      return preferred;
    }
    return counts.entrySet().stream()
        .filter(count -> count.getValue() == most)
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  /** Returns the selector of one level of a stage. */
  public static String levelSelector(Stage stage, int resolution) {
    return "%s.%dx%d".formatted(stage.text(), resolution, resolution);
  }
}
