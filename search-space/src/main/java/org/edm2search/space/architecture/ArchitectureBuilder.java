package org.edm2search.space.architecture;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Puts an {@link ArchitectureSpec} together by name; {@link #build} checks it. Not thread-safe.
 *
 * <pre>{@code
 * ArchitectureSpec.builder()
 *     .imgResolution(32).imgChannels(3).labelDim(10)
 *     .modelChannels(64).channelMult(List.of(1, 2, 2)).numBlocks(2)
 *     .attnResolutions(List.of(8)).channelsPerHead(64)
 *     .branches(BranchAssignment.uniform(Presets.seedBranch()))
 *     .build();
 * }</pre>
 */
public final class ArchitectureBuilder {

  private int imgResolution;
  private int imgChannels;
  private int labelDim;
  private int modelChannels;
  private List<Integer> channelMult = List.of();
  private List<Integer> numBlocks = List.of();
  private SortedSet<Integer> attnResolutions = new TreeSet<>();
  private int channelsPerHead;
  private BranchAssignment branches = BranchAssignment.uniform(BranchSpec.CONV);

  ArchitectureBuilder() {}

  ArchitectureBuilder(ArchitectureSpec spec) {
    imgResolution = spec.imgResolution();
    imgChannels = spec.imgChannels();
    labelDim = spec.labelDim();
    modelChannels = spec.modelChannels();
    channelMult = spec.channelMult();
    numBlocks = spec.numBlocks();
    attnResolutions = spec.attnResolutions();
    channelsPerHead = spec.channelsPerHead();
    branches = spec.branches();
  }

  /** Sets the width and height of the images, pixels. */
  public ArchitectureBuilder imgResolution(int value) {
    imgResolution = value;
    return this;
  }

  /** Sets the channels of the images. */
  public ArchitectureBuilder imgChannels(int value) {
    imgChannels = value;
    return this;
  }

  /** Sets the number of classes, 0 for an unconditional network. */
  public ArchitectureBuilder labelDim(int value) {
    labelDim = value;
    return this;
  }

  /** Sets the base channels. */
  public ArchitectureBuilder modelChannels(int value) {
    modelChannels = value;
    return this;
  }

  /** Sets the channels of each level as a multiple of the base, highest resolution first. */
  public ArchitectureBuilder channelMult(List<Integer> value) {
    channelMult = value;
    return this;
  }

  /** Sets the residual blocks of every level in the encoder. */
  public ArchitectureBuilder numBlocks(int value) {
    return numBlocks(List.of(value));
  }

  /** Sets the residual blocks of each level in the encoder; one number stands for all levels. */
  public ArchitectureBuilder numBlocks(List<Integer> value) {
    numBlocks = value;
    return this;
  }

  /** Sets the resolutions at which blocks have self-attention. */
  public ArchitectureBuilder attnResolutions(Collection<Integer> value) {
    attnResolutions = new TreeSet<>(value);
    return this;
  }

  /** Sets the least channels of an attention head. */
  public ArchitectureBuilder channelsPerHead(int value) {
    channelsPerHead = value;
    return this;
  }

  /** Sets the residual branches; {@link BranchSpec#CONV} everywhere unless set. */
  public ArchitectureBuilder branches(BranchAssignment value) {
    branches = value;
    return this;
  }

  /**
   * Returns the network.
   *
   * @throws InvalidArchitectureException naming the key and the rule
   */
  public ArchitectureSpec build() {
    return new ArchitectureSpec(
        imgResolution,
        imgChannels,
        labelDim,
        modelChannels,
        channelMult,
        numBlocks.size() == 1
            ? Collections.nCopies(channelMult.size(), numBlocks.get(0))
            : numBlocks,
        attnResolutions,
        channelsPerHead,
        branches);
  }
}
