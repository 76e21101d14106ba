package org.edm2search.space.architecture;

/**
 * One operation of a residual branch. The vocabulary is closed: cost, graph, tensor names and
 * drawings are visitors over it.
 */
public sealed interface BranchOp {

  /** Calls the visitor's method for this operation. */
  <R> R accept(Visitor<R> visitor);

  /** Returns the channels of what it puts out. */
  int outChannels();

  /** Magnitude-preserving SiLU. */
  record Activate(int channels) implements BranchOp {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.activate(this);
    }

    @Override
    public int outChannels() {
      return channels;
    }
  }

  /**
   * Dense convolution of odd kernel size, stride 1, same padding; kernel 1 is a pointwise
   * convolution.
   *
   * @param name parameter name inside the block, without {@code .weight}
   */
  record Convolution(String name, int inChannels, int outChannels, int kernel) implements BranchOp {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.convolution(this);
    }
  }

  /** Depthwise convolution of odd kernel size, stride 1, same padding. */
  record Depthwise(String name, int channels, int kernel) implements BranchOp {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.depthwise(this);
    }

    @Override
    public int outChannels() {
      return channels;
    }
  }

  /** Multiplication by 1 + MP-linear(embedding) · emb_gain, per channel. */
  record Modulate(int channels) implements BranchOp {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.modulate(this);
    }

    @Override
    public int outChannels() {
      return channels;
    }
  }

  /** A reading of the operations. */
  interface Visitor<R> {
    R activate(Activate op);

    R convolution(Convolution op);

    R depthwise(Depthwise op);

    R modulate(Modulate op);
  }
}
