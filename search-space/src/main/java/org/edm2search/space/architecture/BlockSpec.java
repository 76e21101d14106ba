package org.edm2search.space.architecture;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One block of a laid-out network.
 *
 * @param place where it stands
 * @param inputChannels channels of the incoming activation, before a skip is concatenated
 * @param skip what is concatenated to the input
 * @param channels channels of the output
 * @param resample change of resolution at the start
 * @param heads attention heads, 0 without attention
 * @param ops operations of the residual branch
 */
public record BlockSpec(
    Place place,
    int inputChannels,
    Optional<Skip> skip,
    int channels,
    Resample resample,
    int heads,
    List<BranchOp> ops) {

  public BlockSpec {
    Objects.requireNonNull(place, "place");
    Objects.requireNonNull(resample, "resample");
    ops = List.copyOf(ops);
    if (inputChannels < 1 || channels < 1 || heads < 0 || heads > 0 && channels % heads != 0) {
      throw new IllegalArgumentException(
          "%s needs channels, and heads that divide them, but has %d to %d channels and %d heads"
              .formatted(place.name(), inputChannels, channels, heads));
    }
  }

  /**
   * Where a block stands in its network.
   *
   * @param name of the block, such as {@code enc.16x16_block0}
   * @param stage half of the network
   * @param level 0 is the highest resolution
   * @param resolution width and height of the block's output, pixels
   */
  public record Place(String name, Stage stage, int level, int resolution) {

    public Place {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(stage, "stage");
      if (level < 0 || resolution < 1) {
        throw new IllegalArgumentException(
            "%s needs a level and a resolution, but has level %d and %d pixels"
                .formatted(name, level, resolution));
      }
    }
  }

  /**
   * An earlier output that a decoder block takes from the skip stack.
   *
   * @param layer name of the layer whose output it is
   * @param channels of that output
   */
  public record Skip(String layer, int channels) {

    public Skip {
      Objects.requireNonNull(layer, "layer");
      if (channels < 1) {
        throw new IllegalArgumentException(
            "the skip from %s needs channels, but has %d".formatted(layer, channels));
      }
    }
  }

  /** Returns the block's name. */
  public String name() {
    return place.name();
  }

  /** Returns the block's half of the network. */
  public Stage stage() {
    return place.stage();
  }

  /** Returns the block's level; 0 is the highest resolution. */
  public int level() {
    return place.level();
  }

  /** Returns the width and height of the block's output, pixels. */
  public int resolution() {
    return place.resolution();
  }

  /** Returns the channels of the skip, 0 without one. */
  public int skipChannels() {
    return skip.map(Skip::channels).orElse(0);
  }

  /** Returns the channels entering the block: the input with its concatenated skip. */
  public int concatenatedChannels() {
    return inputChannels + skipChannels();
  }

  /**
   * Returns the selectors that match this block, from the widest to its own name: {@code dec},
   * {@code dec.16x16}, {@code dec.16x16_block0}.
   */
  public List<String> selectors() {
    return List.of(stage().text(), BranchAssignment.levelSelector(stage(), resolution()), name());
  }

  /** Returns whether a 1×1 convolution adapts the main path to the block's channels. */
  public boolean hasSkipConvolution() {
    return concatenatedChannels() != channels;
  }

  /** Returns whether the block ends in self-attention. */
  public boolean hasAttention() {
    return heads > 0;
  }

  /** Returns the channels that the condition embedding multiplies. */
  public int modulatedChannels() {
    return ops.stream()
        .filter(BranchOp.Modulate.class::isInstance)
        .mapToInt(op -> ((BranchOp.Modulate) op).channels())
        .sum();
  }
}
