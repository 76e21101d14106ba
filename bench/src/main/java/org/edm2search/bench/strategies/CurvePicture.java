package org.edm2search.bench.strategies;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.edm2search.campaign.picture.Drawing.Point;
import org.edm2search.campaign.picture.Plot;
import org.edm2search.campaign.picture.Svg;

/** Mean regret over the budget as SVG, one line a contender, in the order of the contenders. */
final class CurvePicture {

  private CurvePicture() {}

  /**
   * Returns the picture. What is worse than a twelfth into the budget is cut off above.
   *
   * @param trainings the budget, in full trainings with their scores
   */
  static String svg(String title, Map<Contender, Curves> curves, double trainings) {
    double most =
        curves.values().stream()
            .mapToDouble(played -> played.mean()[Curves.POINTS / 12])
            .max()
            .orElse(1);
    List<Plot.Series> series =
        curves.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(one -> series(one.getKey(), one.getValue().mean(), trainings, most))
            .toList();
    return Svg.of(
        Plot.of(
            title,
            "FLOPs spent, as full trainings with their scores",
            "mean regret (log of the held-out score above the best)",
            series,
            spent -> String.format(Locale.ROOT, "%.0f", spent),
            regret -> String.format(Locale.ROOT, "%.2f", regret)));
  }

  private static Plot.Series series(
      Contender contender, double[] mean, double trainings, double most) {
    List<Point> points = new ArrayList<>();
    for (int point = 0; point < mean.length; point++) {
      points.add(new Point((point + 1.0) / mean.length * trainings, Math.min(mean[point], most)));
    }
    return new Plot.Series(contender.text(), points, false);
  }
}
