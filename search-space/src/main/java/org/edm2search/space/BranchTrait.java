package org.edm2search.space;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.edm2search.space.architecture.BranchKind;
import org.edm2search.space.architecture.BranchSpec;
import org.edm2search.space.architecture.BranchValues;
import org.edm2search.space.architecture.EmbeddingPosition;
import org.edm2search.space.architecture.Placement;

/** What a gene decides about a separable branch. A value is a text in canonical form. */
public enum BranchTrait implements Trait {
  /** Kernel size of every depthwise convolution. */
  KERNEL(BranchValues.KERNEL_RULE) {
    @Override
    public Optional<String> canonical(String value) {
      return BranchValues.kernel(value).map(String::valueOf);
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
  EXPANSION("a number " + BranchValues.EXPANSION_RULE) {
    @Override
    public Optional<String> canonical(String value) {
      return BranchValues.expansion(value).map(BranchValues::text);
    }

    @Override
    Optional<String> of(BranchSpec branch) {
      return Optional.of(BranchValues.text(branch.expansion()));
    }

    @Override
    void apply(String value, Choices choices) {
      choices.expansion = Double.parseDouble(value);
    }
  },

  /** Placements of depthwise convolutions. */
  DEPTHWISE(BranchValues.PLACEMENTS_RULE + ", such as \"in,out\"") {
    @Override
    public Optional<String> canonical(String value) {
      return BranchValues.placements(value).map(BranchValues::text);
    }

    @Override
    Optional<String> of(BranchSpec branch) {
      return Optional.of(BranchValues.text(branch.depthwise()));
    }

    @Override
    void apply(String value, Choices choices) {
      choices.depthwise.clear();
      choices.depthwise.addAll(BranchValues.placements(value).orElseThrow());
    }
  },

  /** Where the condition embedding acts. */
  EMBEDDING("wide or narrow") {
    @Override
    public Optional<String> canonical(String value) {
      return BranchValues.embedding(value).map(EmbeddingPosition::text);
    }

    @Override
    Optional<String> of(BranchSpec branch) {
      return Optional.of(branch.embedding().text());
    }

    @Override
    void apply(String value, Choices choices) {
      choices.embedding = BranchValues.embedding(value).orElseThrow();
    }
  },

  /** Whether the input depthwise convolution feeds the expansion without an activation between. */
  LINEAR_BOTTLENECK("true or false") {
    @Override
    public Optional<String> canonical(String value) {
      return BranchValues.truth(value).map(String::valueOf);
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
