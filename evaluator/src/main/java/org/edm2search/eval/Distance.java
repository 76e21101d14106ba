package org.edm2search.eval;

import java.util.Arrays;
import java.util.List;

/** What samples are judged by; lower is better. */
public enum Distance {
  /** Fréchet distance along the reference's principal axes: ranks right at few samples. */
  FD_PCA("fd-pca64", "FD-PCA64"),
  /** Fréchet distance in all features; with Inception features, the FID. */
  FD("fd", "FD"),
  /** Kernel distance: unbiased, may be negative. */
  KID("kid", "KID");

  /** Axes of {@link #FD_PCA}, or all features if there are fewer. */
  public static final int AXES = 64;

  private final String key;
  private final String label;

  Distance(String key, String label) {
    this.key = key;
    this.label = label;
  }

  /** Returns the name in configuration files. */
  public String key() {
    return key;
  }

  /** Returns the name in print, without the number of samples. */
  public String label() {
    return label;
  }

  static List<String> keys() {
    return Arrays.stream(values()).map(Distance::key).toList();
  }

  static Distance of(String key) {
    return Arrays.stream(values()).filter(value -> value.key.equals(key)).findFirst().orElseThrow();
  }
}
