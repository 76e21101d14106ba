package org.edm2search.space.architecture;

/** Where a depthwise convolution sits in a separable branch. */
public enum Placement {
  /** Before the expansion, on the branch's input channels. */
  IN,
  /** On the widened middle. */
  MID,
  /** After the projection, on the branch's output channels. */
  OUT;

  /** Returns the name used in YAML and tensor-file metadata. */
  public String text() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
