package org.edm2search.space.yaml;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BlockSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.BranchSpec;
import org.edm2search.space.architecture.UNetLayout;

/** The section {@code branches} of an architecture: places whose residual branch differs. */
final class BranchOverrides {

  private BranchOverrides() {}

  /** Reads the branches of a network with its overrides; empty if there are none. */
  static Optional<BranchAssignment> read(Section section, ArchitectureSpec spec) {
    return overrides(section).map(branches -> read(branches, spec, spec.branches()));
  }

  /** The section {@code branches}, which metadata holds as a text of its own. */
  private static Optional<Section> overrides(Section section) {
    if (!section.has("branches") || section.isSection("branches")) {
      return section.optionalSection("branches");
    }
    return Optional.of(Section.parse(section.string("branches"), section.file() + ", branches"));
  }

  private static BranchAssignment read(
      Section branches, ArchitectureSpec spec, BranchAssignment base) {
    Map<String, BlockSpec> firstBlocks = new LinkedHashMap<>();
    Set<String> selectors = new LinkedHashSet<>();
    for (BlockSpec block : UNetLayout.of(spec).blocks()) {
      selectors.addAll(block.selectors());
      block.selectors().forEach(selector -> firstBlocks.putIfAbsent(selector, block));
    }
    for (String selector : branches.keys()) {
      if (!selectors.contains(selector)) {
        throw branches.error(
            selector,
            "selects no block of this network"
                + NearMiss.of(selector, selectors)
                    .map(near -> ", did you mean '%s'?".formatted(near))
                    .orElse(
                        "; a selector is such as enc, dec.%1$dx%1$d or %2$s"
                            .formatted(spec.imgResolution(), first(firstBlocks, "dec").name())));
      }
    }
    BranchAssignment assignment = base;
    // Stages first, then levels, then blocks: each inherits from what surrounds it.
    List<String> widestFirst =
        branches.keys().stream()
            .sorted(
                Comparator.comparingInt(
                    selector -> first(firstBlocks, selector).selectors().indexOf(selector)))
            .toList();
    for (String selector : widestFirst) {
      Section keys = branches.section(selector);
      BranchSpec branch = BranchYaml.read(keys, assignment.branchOf(first(firstBlocks, selector)));
      keys.rejectUnknown();
      Map<String, BranchSpec> more = new TreeMap<>(assignment.overrides());
      more.put(selector, branch);
      assignment = new BranchAssignment(assignment.base(), more);
    }
    return assignment;
  }

  private static BlockSpec first(Map<String, BlockSpec> firstBlocks, String selector) {
    return Objects.requireNonNull(firstBlocks.get(selector), selector);
  }
}
