package org.edm2search.space;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.edm2search.space.architecture.BranchKind;
import org.edm2search.space.architecture.BranchSpec;
import org.edm2search.space.architecture.EmbeddingPosition;
import org.edm2search.space.architecture.Placement;

/** What a gene decides about a separable branch. A value is a text in canonical form. */
public enum BranchTrait implements Trait {
  /** Kernel size of every depthwise convolution. */
  KERNEL("3, 5 or 7") {
    @Override
    public Optional<String> canonical(String value) {
      return Optional.of(value).filter(List.of("3", "5", "7")::contains);
    }

    @Override
    Optional<String> of(BranchSpec branch) {
      Set<Integer> sizes = new HashSet<>(branch.kernels().values());
      return sizes.size() == 1 ? Optional.of(sizes.iterator().next().toString()) : Optional.empty();
    }

    @Override
    void apply(String value, Choices choices) {
      choices.kernels.replaceAll((placement, kernel) -> Integer.valueOf(value));
    }
  },

  /** Width of the middle, relative to the block's channels. */
  EXPANSION(
      "a number between %d and %d".formatted(BranchSpec.MIN_EXPANSION, BranchSpec.MAX_EXPANSION)) {
    @Override
    public Optional<String> canonical(String value) {
      if (value.length() > 16) {
        return Optional.empty();
      }
      try {
        double expansion = new BigDecimal(value).doubleValue();
        return expansion >= BranchSpec.MIN_EXPANSION && expansion <= BranchSpec.MAX_EXPANSION
            ? Optional.of(number(expansion))
            : Optional.empty();
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }

    @Override
    Optional<String> of(BranchSpec branch) {
      return Optional.of(number(branch.expansion()));
    }

    @Override
    void apply(String value, Choices choices) {
      choices.expansion = Double.parseDouble(value);
    }
  },

  /** Placements of depthwise convolutions. */
  DEPTHWISE("some of in, mid, out, such as \"in,out\"") {
    @Override
    public Optional<String> canonical(String value) {
      List<String> names = Arrays.stream(value.split(",", -1)).map(String::strip).toList();
      EnumSet<Placement> placements = EnumSet.noneOf(Placement.class);
      for (Placement placement : Placement.values()) {
        if (names.contains(placement.text())) {
          placements.add(placement);
        }
      }
      return placements.size() == names.size() ? Optional.of(text(placements)) : Optional.empty();
    }

    @Override
    Optional<String> of(BranchSpec branch) {
      return Optional.of(text(branch.depthwise()));
    }

    @Override
    void apply(String value, Choices choices) {
      List<String> names = List.of(value.split(","));
      choices.depthwise.clear();
      for (Placement placement : Placement.values()) {
        if (names.contains(placement.text())) {
          choices.depthwise.add(placement);
        }
      }
    }

    private String text(Set<Placement> placements) {
      return placements.stream().map(Placement::text).collect(Collectors.joining(","));
    }
  },

  /** Where the condition embedding acts. */
  EMBEDDING("wide or narrow") {
    @Override
    public Optional<String> canonical(String value) {
      return Optional.of(value).filter(List.of("wide", "narrow")::contains);
    }

    @Override
    Optional<String> of(BranchSpec branch) {
      return Optional.of(branch.embedding().text());
    }

    @Override
    void apply(String value, Choices choices) {
      choices.embedding = value.equals("wide") ? EmbeddingPosition.WIDE : EmbeddingPosition.NARROW;
    }
  },

  /** Whether the input depthwise convolution feeds the expansion without an activation between. */
  LINEAR_BOTTLENECK("true or false") {
    @Override
    public Optional<String> canonical(String value) {
      return Optional.of(value).filter(List.of("true", "false")::contains);
    }

    @Override
    Optional<String> of(BranchSpec branch) {
      return Optional.of(Boolean.toString(branch.linearBottleneck()));
    }

    @Override
    void apply(String value, Choices choices) {
      choices.linearBottleneck = Boolean.parseBoolean(value);
    }
  };

  private final String rule;

  BranchTrait(String rule) {
    this.rule = rule;
  }

  @Override
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public List<Scope> scopes() {
    return List.of(Scope.values());
  }

  @Override
  public String rule() {
    return rule;
  }

  /** Returns the value a separable branch has, or nothing if no single value describes it. */
  abstract Optional<String> of(BranchSpec branch);

  /** Sets the value, given in canonical form. */
  abstract void apply(String value, Choices choices);

  private static String number(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  /** A branch while its genes are being applied. Kernels are kept for absent placements too. */
  static final class Choices {
    private final EnumMap<Placement, Integer> kernels = new EnumMap<>(Placement.class);
    private final Set<Placement> depthwise;
    private double expansion;
    private EmbeddingPosition embedding;
    private boolean linearBottleneck;

    Choices(BranchSpec branch) {
      int first = branch.kernels().values().iterator().next();
      for (Placement placement : Placement.values()) {
        kernels.put(placement, branch.kernels().getOrDefault(placement, first));
      }
      depthwise = EnumSet.copyOf(branch.depthwise());
      expansion = branch.expansion();
      embedding = branch.embedding();
      linearBottleneck = branch.linearBottleneck();
    }

    BranchSpec branch() {
      Map<Placement, Integer> placed = new EnumMap<>(kernels);
      placed.keySet().retainAll(depthwise);
      return new BranchSpec(BranchKind.SEPARABLE, placed, expansion, embedding, linearBottleneck);
    }
  }
}
