package org.edm2search.space.architecture;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

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

  /** Returns the selector of one level of a stage. */
  public static String levelSelector(Stage stage, int resolution) {
    return "%s.%dx%d".formatted(stage.text(), resolution, resolution);
  }
}
