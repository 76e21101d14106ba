package org.edm2search.space.architecture;

/** Where the condition embedding multiplies a separable branch. */
public enum EmbeddingPosition {
  /** On the widened middle: after the mid depthwise convolution, or after the expansion. */
  WIDE,
  /** On the projected output: the linear layer shrinks by the expansion ratio. */
  NARROW;

  /** Returns the name used in YAML and tensor-file metadata. */
  public String text() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
