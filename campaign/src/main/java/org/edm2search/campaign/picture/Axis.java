package org.edm2search.campaign.picture;

import java.util.ArrayList;
import java.util.List;

/**
 * Numbers along a side of a plot.
 *
 * @param low at its start
 * @param high at its end
 * @param start pixel of the start
 * @param end pixel of the end
 */
record Axis(double low, double high, double start, double end) {

  private static final double MARGIN = 0.04;

  /** Spans an axis over values, with a margin. */
  static Axis over(double least, double most, double start, double end) {
    double span = most - least;
    double margin = span > 0 ? MARGIN * span : Math.max(1e-9, Math.abs(least) * MARGIN);
    return new Axis(least - margin, most + margin, start, end);
  }

  double at(double value) {
    return start + (value - low) / (high - low) * (end - start);
  }

  /** Returns round numbers: 1, 2 or 5 times a power of ten apart. */
  List<Double> ticks() {
    double rough = (high - low) / 5;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step = rough / power < 1.5 ? power : rough / power < 3.5 ? 2 * power : 5 * power;
    List<Double> ticks = new ArrayList<>();
    for (double tick = Math.ceil(low / step) * step; tick <= high; tick += step) {
      ticks.add(Math.abs(tick) < step / 1e6 ? 0 : tick);
    }
    return ticks;
  }
}
