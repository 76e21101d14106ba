package org.edm2search.space.architecture;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A complete network, declared. Two equal specs are the same network up to the initial weights.
 *
 * @param imgResolution width and height of the images, pixels; a multiple of 2 for every level but
 *     one
 * @param imgChannels channels of the images
 * @param labelDim number of classes, 0 for an unconditional network
 * @param modelChannels base channels
 * @param channelMult channels of each level, as a multiple of the base, highest resolution first
 * @param numBlocks residual blocks of each level in the encoder, highest resolution first; the
 *     decoder has one more
 * @param attnResolutions resolutions at which blocks have self-attention
 * @param channelsPerHead least channels of an attention head; there are ⌊channels /
 *     channelsPerHead⌋ heads, which must divide the channels (EDM2's rule)
 * @param branches the residual branches
 */
public record ArchitectureSpec(
    int imgResolution,
    int imgChannels,
    int labelDim,
    int modelChannels,
    List<Integer> channelMult,
    List<Integer> numBlocks,
    SortedSet<Integer> attnResolutions,
    int channelsPerHead,
    BranchAssignment branches) {

  private static final int MAX_RESOLUTION = 1024;
  private static final int MAX_CHANNELS = 8192;

  public ArchitectureSpec {
    require("img_resolution", imgResolution, 2, MAX_RESOLUTION);
    require("img_channels", imgChannels, 1, 64);
    require("label_dim", labelDim, 0, 100_000);
    require("model_channels", modelChannels, 1, MAX_CHANNELS);
    require("channels_per_head", channelsPerHead, 1, MAX_CHANNELS);
    channelMult = List.copyOf(channelMult);
    numBlocks = List.copyOf(numBlocks);
    attnResolutions = Collections.unmodifiableSortedSet(new TreeSet<>(attnResolutions));
    Objects.requireNonNull(branches, "branches");
    require("channel_mult", "number of levels", channelMult.size(), 1, 8);
    for (int multiple : channelMult) {
      require("channel_mult", multiple, 1, 64);
      require(
          "channel_mult", "number of channels", (long) multiple * modelChannels, 1, MAX_CHANNELS);
    }
    if (numBlocks.size() != channelMult.size()) {
      throw new InvalidArchitectureException(
          "num_blocks",
          "must be one number, or one for each of the %d levels, but has %d"
              .formatted(channelMult.size(), numBlocks.size()));
    }
    for (int blocks : numBlocks) {
      require("num_blocks", blocks, 1, 16);
    }
    int halvings = channelMult.size() - 1;
    if (imgResolution % (1 << halvings) != 0) {
      throw new InvalidArchitectureException(
          "img_resolution",
          "must be a multiple of %d for %d levels, but is %d"
              .formatted(1 << halvings, channelMult.size(), imgResolution));
    }
    for (int level = 0; level < channelMult.size(); level++) {
      int channels = channelMult.get(level) * modelChannels;
      boolean attends = level == halvings || attnResolutions.contains(imgResolution >> level);
      if (attends) {
        requireHeads(channels, imgResolution >> level, channelsPerHead);
      }
    }
  }

  /** Returns a builder of a network of which nothing is set. */
  public static ArchitectureBuilder builder() {
    return new ArchitectureBuilder();
  }

  /** Returns a builder that is set as this network is. */
  public ArchitectureBuilder toBuilder() {
    return new ArchitectureBuilder(this);
  }

  /** Returns the attention heads of a block: 288 channels at 64 a head are 4 heads of 72. */
  int heads(int channels) {
    return channels / channelsPerHead;
  }

  private static void requireHeads(int channels, int resolution, int channelsPerHead) {
    int heads = channels / channelsPerHead;
    if (heads == 0) {
      throw new InvalidArchitectureException(
          "channels_per_head",
          "must be at most the %d channels at %2$dx%2$d, but is %3$d"
              .formatted(channels, resolution, channelsPerHead));
    }
    if (channels % heads != 0) {
      throw new InvalidArchitectureException(
          "channels_per_head",
          "must give a number of heads that divides the %d channels at %2$dx%2$d, but %3$d gives %4$d"
              .formatted(channels, resolution, channelsPerHead, heads));
    }
  }

  private static void require(String key, long value, int least, int most) {
    if (value < least || value > most) {
      throw new InvalidArchitectureException(
          key, "must be between %d and %d, but is %d".formatted(least, most, value));
    }
  }

  private static void require(String key, String what, long value, int least, int most) {
    if (value < least || value > most) {
      throw new InvalidArchitectureException(
          key,
          "must give a %s between %d and %d, but gives %d".formatted(what, least, most, value));
    }
  }

  /** Returns the channels of a level, 0 being the highest resolution. */
  public int channels(int level) {
    return channelMult.get(level) * modelChannels;
  }

  /**
   * Returns the one declaration that stands for every declaration of the same network: attention
   * resolutions that no level has and branch overrides without effect are gone.
   */
  public ArchitectureSpec canonical() {
    List<BlockSpec> blocks = UNetLayout.of(this).blocks();
    SortedSet<Integer> attended = new TreeSet<>();
    blocks.forEach(block -> attended.add(block.resolution()));
    attended.retainAll(attnResolutions);
    return toBuilder().attnResolutions(attended).branches(branches.canonical(blocks)).build();
  }

  /** Returns the channels of the condition embedding: those of the widest level. */
  public int embeddingChannels() {
    return Collections.max(channelMult) * modelChannels;
  }

  /** Returns the Fourier features of the noise level: the channels of the first level. */
  public int noiseFeatures() {
    return channels(0);
  }

  /** Returns this network with other branches. */
  public ArchitectureSpec withBranches(BranchAssignment other) {
    return toBuilder().branches(other).build();
  }
}
