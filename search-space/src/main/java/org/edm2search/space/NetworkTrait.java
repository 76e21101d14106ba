package org.edm2search.space;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.edm2search.space.architecture.ArchitectureSpec;

/**
 * What a gene decides about the network around the branches. A level here is one resolution,
 * encoder and decoder together.
 */
enum NetworkTrait implements Trait {
  /** Channels of a level, as a multiple of the base channels. */
  CHANNEL_MULT("a whole number from 1 to 64", List.of(Scope.LEVEL, Scope.GLOBAL)) {
    @Override
    public Optional<String> canonical(String value) {
      return whole(value, 64);
    }

    @Override
    String of(ArchitectureSpec network, int level) {
      return Integer.toString(network.channelMult().get(level));
    }

    @Override
    void apply(String value, int level, Choices choices) {
      choices.channelMult[level] = Integer.parseInt(value);
    }
  },

  /** Residual blocks of a level in the encoder; the decoder has one more. */
  NUM_BLOCKS("a whole number from 1 to 16", List.of(Scope.GLOBAL, Scope.LEVEL)) {
    @Override
    public Optional<String> canonical(String value) {
      return whole(value, 16);
    }

    @Override
    String of(ArchitectureSpec network, int level) {
      return Integer.toString(network.numBlocks().get(level));
    }

    @Override
    void apply(String value, int level, Choices choices) {
      choices.numBlocks[level] = Integer.parseInt(value);
    }
  },

  /** Whether a level's blocks have self-attention: the level is among attn_resolutions. */
  ATTENTION("true or false", List.of(Scope.LEVEL, Scope.GLOBAL)) {
    @Override
    public Optional<String> canonical(String value) {
      return Optional.of(value).filter(List.of("true", "false")::contains);
    }

    @Override
    String of(ArchitectureSpec network, int level) {
      return Boolean.toString(network.attnResolutions().contains(network.imgResolution() >> level));
    }

    @Override
    void apply(String value, int level, Choices choices) {
      choices.attention[level] = Boolean.parseBoolean(value);
    }
  };

  private final String rule;
  private final List<Scope> scopes;

  NetworkTrait(String rule, List<Scope> scopes) {
    this.rule = rule;
    this.scopes = scopes;
  }

  @Override
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String rule() {
    return rule;
  }

  @Override
  public List<Scope> scopes() {
    return scopes;
  }

  /** Returns the value a network has at a level, 0 being the highest resolution. */
  abstract String of(ArchitectureSpec network, int level);

  /** Sets the value, given in canonical form. */
  abstract void apply(String value, int level, Choices choices);

  private static Optional<String> whole(String value, int most) {
    return Optional.of(value)
        .filter(text -> text.matches("[1-9]\\d{0,2}") && Integer.parseInt(text) <= most);
  }

  /** A network while its genes are being applied. */
  static final class Choices {
    private final ArchitectureSpec seed;
    private final int[] channelMult;
    private final boolean[] attention;
    private final int[] numBlocks;

    Choices(ArchitectureSpec seed) {
      this.seed = seed;
      channelMult = seed.channelMult().stream().mapToInt(Integer::intValue).toArray();
      attention = new boolean[channelMult.length];
      for (int level = 0; level < attention.length; level++) {
        attention[level] = seed.attnResolutions().contains(seed.imgResolution() >> level);
      }
      numBlocks = seed.numBlocks().stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * Returns the network.
     *
     * @throws IllegalArgumentException if there is no such network
     */
    ArchitectureSpec network() {
      SortedSet<Integer> attended = new TreeSet<>();
      for (int level = 0; level < attention.length; level++) {
        if (attention[level]) {
          attended.add(seed.imgResolution() >> level);
        }
      }
      return seed.toBuilder()
          .channelMult(Arrays.stream(channelMult).boxed().toList())
          .numBlocks(Arrays.stream(numBlocks).boxed().toList())
          .attnResolutions(attended)
          .build();
    }
  }
}
