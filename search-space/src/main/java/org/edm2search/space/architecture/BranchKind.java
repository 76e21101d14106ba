package org.edm2search.space.architecture;

/** Family of a residual branch. */
public enum BranchKind {
  /** Two dense 3×3 convolutions: EDM2's own block, CONFIG A. */
  CONV("conv"),
  /** Two depthwise 3×3 convolutions at full width, CONFIG B. */
  DWCONV("dwconv"),
  /** Depthwise and pointwise convolutions around a widened middle, CONFIG C to G*. */
  SEPARABLE("separable");

  private final String text;

  BranchKind(String text) {
    this.text = text;
  }

  /** Returns the name used in YAML and tensor-file metadata. */
  public String text() {
    return text;
  }
}
