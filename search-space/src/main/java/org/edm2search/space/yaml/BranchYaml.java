package org.edm2search.space.yaml;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.edm2search.space.architecture.BranchKind;
import org.edm2search.space.architecture.BranchSpec;
import org.edm2search.space.architecture.BranchValues;
import org.edm2search.space.architecture.EmbeddingPosition;
import org.edm2search.space.architecture.Placement;
import org.jspecify.annotations.Nullable;

/** The keys of a branch: branch, depthwise, kernel, expansion, embedding, linear_bottleneck. */
final class BranchYaml {

  private static final List<String> KINDS = List.of("conv", "dwconv", "separable");
  private static final List<String> SEPARABLE_KEYS =
      List.of("depthwise", "kernel", "expansion", "embedding", "linear_bottleneck");

  private BranchYaml() {}

  /** Returns the keys and their texts, in a fixed order. */
  static Map<String, String> write(BranchSpec branch) {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("branch", branch.kind().text());
    if (branch.kind() == BranchKind.SEPARABLE) {
      keys.put("depthwise", BranchValues.text(branch.depthwise()));
      keys.put("kernel", kernelText(branch));
      keys.put("expansion", BranchValues.text(branch.expansion()));
      keys.put("embedding", branch.embedding().text());
      keys.put("linear_bottleneck", Boolean.toString(branch.linearBottleneck()));
    }
    return keys;
  }

  private static String kernelText(BranchSpec branch) {
    Set<Integer> sizes = new HashSet<>(branch.kernels().values());
    return sizes.size() == 1
        ? sizes.iterator().next().toString()
        : branch.kernels().entrySet().stream()
            .map(kernel -> kernel.getKey().text() + ":" + kernel.getValue())
            .collect(Collectors.joining(","));
  }

  /**
   * Reads a branch whose keys are all given.
   *
   * @throws InvalidConfigException if one is missing or wrong
   */
  static BranchSpec read(Section section) {
    String kind = section.oneOf("branch", KINDS);
    return kind.equals("separable") ? separable(section, null) : fixed(section, kind);
  }

  /** Reads a branch whose absent keys are those of another. */
  static BranchSpec read(Section section, BranchSpec outer) {
    String kind = section.oneOf("branch", KINDS, outer.kind().text());
    return kind.equals("separable")
        ? separable(section, outer.kind() == BranchKind.SEPARABLE ? outer : null)
        : fixed(section, kind);
  }

  private static BranchSpec fixed(Section section, String kind) {
    for (String key : SEPARABLE_KEYS) {
      if (section.has(key)) {
        throw section.error(key, "a '%s' branch has nothing to choose here".formatted(kind));
      }
    }
    return kind.equals("conv") ? BranchSpec.CONV : BranchSpec.DWCONV;
  }

  private static BranchSpec separable(Section section, @Nullable BranchSpec outer) {
    Set<Placement> depthwise =
        outer == null || section.has("depthwise") ? placements(section) : outer.depthwise();
    Map<Placement, Integer> kernels =
        outer == null || section.has("kernel")
            ? kernels(section, depthwise)
            : inherited(section, depthwise, outer);
    double expansion =
        outer == null
            ? section.number("expansion")
            : section.number("expansion", outer.expansion());
    if (!BranchValues.isExpansion(expansion)) {
      throw section.error(
          "expansion",
          "must be %s, but is %s"
              .formatted(BranchValues.EXPANSION_RULE, BranchValues.text(expansion)));
    }
    EmbeddingPosition embedding =
        outer == null
            ? section.choice("embedding", EmbeddingPosition.class)
            : section.choice("embedding", EmbeddingPosition.class, outer.embedding());
    boolean linearBottleneck =
        outer == null
            ? section.bool("linear_bottleneck")
            : section.bool("linear_bottleneck", outer.linearBottleneck());
    return new BranchSpec(BranchKind.SEPARABLE, kernels, expansion, embedding, linearBottleneck);
  }

  private static Set<Placement> placements(Section section) {
    List<String> names = section.strings("depthwise");
    if (names.isEmpty()) {
      throw section.error("depthwise", "must name at least one of in, mid, out");
    }
    Set<Placement> placements = new TreeSet<>();
    for (String name : names) {
      Placement placement =
          BranchValues.placement(name)
              .orElseThrow(
                  () ->
                      section.error(
                          "depthwise",
                          "must be %s, but names '%s'"
                              .formatted(BranchValues.PLACEMENTS_RULE, name)));
      if (!placements.add(placement)) {
        throw section.error("depthwise", "names '%s' twice".formatted(name));
      }
    }
    return placements;
  }

  private static Map<Placement, Integer> kernels(Section section, Set<Placement> depthwise) {
    List<String> items = section.strings("kernel");
    Map<Placement, Integer> kernels = new EnumMap<>(Placement.class);
    if (items.size() == 1 && !items.get(0).contains(":")) {
      int kernel = kernel(section, section.string("kernel"));
      depthwise.forEach(placement -> kernels.put(placement, kernel));
      return kernels;
    }
    for (String item : items) {
      String[] parts = item.split(":", -1);
      Optional<Placement> placement = BranchValues.placement(parts[0].strip());
      if (parts.length != 2 || placement.isEmpty()) {
        throw section.error(
            "kernel",
            "must be %s, or such as in:3,out:5, but is '%s'"
                .formatted(BranchValues.KERNEL_RULE, item));
      }
      if (kernels.put(placement.get(), kernel(section, parts[1].strip())) != null) {
        throw section.error("kernel", "gives '%s' twice".formatted(parts[0].strip()));
      }
    }
    if (!kernels.keySet().equals(depthwise)) {
      throw section.error(
          "kernel",
          "must give the depthwise placements %s, but gives %s"
              .formatted(BranchValues.text(depthwise), BranchValues.text(kernels.keySet())));
    }
    return kernels;
  }

  private static int kernel(Section section, String text) {
    return BranchValues.kernel(text)
        .orElseThrow(
            () ->
                section.error(
                    "kernel", "must be %s, but is '%s'".formatted(BranchValues.KERNEL_RULE, text)));
  }

  private static Map<Placement, Integer> inherited(
      Section section, Set<Placement> depthwise, BranchSpec outer) {
    Map<Placement, Integer> kernels = new EnumMap<>(Placement.class);
    Set<Integer> sizes = new HashSet<>(outer.kernels().values());
    for (Placement placement : depthwise) {
      Integer kernel = outer.kernels().get(placement);
      if (kernel == null && sizes.size() > 1) {
        throw section.error(
            "kernel",
            "required, because the surrounding branch has none at '%s'"
                .formatted(placement.text()));
      }
      kernels.put(placement, kernel == null ? sizes.iterator().next() : kernel);
    }
    return kernels;
  }
}
