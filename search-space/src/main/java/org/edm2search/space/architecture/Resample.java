package org.edm2search.space.architecture;

/** Change of resolution at the start of a block. */
public enum Resample {
  /** Keep the resolution. */
  KEEP,
  /** Halve it: 2×2 mean. */
  DOWN,
  /** Double it: 2× nearest neighbour. */
  UP
}
