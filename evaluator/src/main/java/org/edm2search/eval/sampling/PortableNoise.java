package org.edm2search.eval.sampling;

import java.util.random.RandomGenerator;

/**
 * Unit normal noise that is the same in every language: what grids of images start from, here and
 * in the programs of a bundle.
 *
 * <p>SplitMix64 (Steele, Lea and Flood 2014), seeded by the first output of SplitMix64 of the seed,
 * so that neighbouring seeds are far apart; its outputs a, b in pairs, by Box and Muller 1958: with
 * u = (⌊a/2¹¹⌋ + 1)/2⁵³, v = ⌊b/2¹¹⌋/2⁵³, the numbers √(−2·ln u)·cos(2π·v) and √(−2·ln
 * u)·sin(2π·v), in double precision.
 */
public final class PortableNoise implements RandomGenerator {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;
  private double second = Double.NaN;

  /** Starts at a seed. */
  public PortableNoise(long seed) {
    state = mix(seed + GOLDEN);
  }

  @Override
  public long nextLong() {
    state += GOLDEN;
    return mix(state);
  }

  private static long mix(long value) {
    long z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  @Override
  public double nextGaussian() {
    if (!Double.isNaN(second)) {
      double kept = second;
      second = Double.NaN;
      return kept;
    }
    double u = ((nextLong() >>> 11) + 1) * 0x1p-53;
    double v = (nextLong() >>> 11) * 0x1p-53;
    double radius = StrictMath.sqrt(-2 * StrictMath.log(u));
    second = radius * StrictMath.sin(2 * Math.PI * v);
    return radius * StrictMath.cos(2 * Math.PI * v);
  }
}
