package org.edm2search.cli.output;

/** A bar of characters. */
public final class ProgressBar {

  private ProgressBar() {}

  /**
   * Returns a bar as full as the work is done, such as {@code ━━━━╸────}.
   *
   * @param width characters
   */
  public static String of(double done, double total, int width) {
    double share = total > 0 ? Math.max(0, Math.min(1, done / total)) : 0;
    int halves = (int) Math.floor(share * width * 2);
    String full = "━".repeat(halves / 2) + (halves % 2 == 1 ? "╸" : "");
    return full + "─".repeat(width - full.length());
  }
}
