package org.edm2search.bench.strategies;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Draws mean regret over the budget as SVG, one line a contender, named at the right. */
final class CurvePicture {

  private static final int WIDTH = 860;
  private static final int HEIGHT = 480;
  private static final int LEFT = 64;
  private static final int RIGHT = 190;
  private static final int TOP = 40;
  private static final int BOTTOM = 52;
  private static final int GRID = 5;
  private static final List<String> COLORS =
      List.of(
          "#4e79a7", "#f28e2b", "#e15759", "#76b7b2", "#59a14f", "#b6992d", "#b07aa1", "#ff9da7",
          "#9c755f", "#333333");

  private final StringBuilder svg = new StringBuilder();
  private final double trainings;
  private final double most;

  private CurvePicture(double trainings, double most) {
    this.trainings = trainings;
    this.most = most;
  }

  /**
   * Returns the picture.
   *
   * @param trainings the budget, in full trainings with their scores
   */
  static String svg(String title, Map<Contender, Curves> curves, double trainings) {
    double most =
        curves.values().stream()
            .mapToDouble(played -> played.mean()[Curves.POINTS / 12])
            .max()
            .orElse(1);
    CurvePicture picture = new CurvePicture(trainings, most);
    picture.draw(title, curves);
    return picture.svg.toString();
  }

  private void draw(String title, Map<Contender, Curves> curves) {
    add(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif'"
            + " font-size='12'><rect width='100%%' height='100%%' fill='white'/>",
        WIDTH, HEIGHT);
    text(LEFT, 22, "start", "#000000", title);
    for (int i = 0; i <= GRID; i++) {
      double regret = most * i / GRID;
      double share = (double) i / GRID;
      add("<path d='M%.1f %.1fH%d' stroke='#dddddd' fill='none'/>", x(0), y(regret), WIDTH - RIGHT);
      text(LEFT - 6, y(regret) + 4, "end", "#000000", "%.2f".formatted(regret));
      text(
          x(share), HEIGHT - BOTTOM + 18, "middle", "#000000", "%.0f".formatted(share * trainings));
    }
    text(
        x(0.5),
        HEIGHT - 12,
        "middle",
        "#000000",
        "FLOPs spent, as full trainings with their scores");
    text(8, TOP - 6, "start", "#000000", "mean regret (log of the held-out score above the best)");
    double label = TOP + 8;
    for (Contender contender :
        curves.keySet().stream()
            .sorted(Comparator.comparingDouble(one -> -end(curves, one)))
            .toList()) {
      line(curves, contender);
      text(WIDTH - RIGHT + 12, label, "start", color(contender), contender.text());
      label += 18;
    }
    add("</svg>\n");
  }

  private static double end(Map<Contender, Curves> curves, Contender contender) {
    return Objects.requireNonNull(curves.get(contender)).mean()[Curves.POINTS - 1];
  }

  private void line(Map<Contender, Curves> curves, Contender contender) {
    double[] mean = Objects.requireNonNull(curves.get(contender)).mean();
    StringBuilder path = new StringBuilder();
    for (int point = 0; point < mean.length; point++) {
      path.append(
          String.format(
              Locale.ROOT,
              "%s%.1f %.1f",
              path.isEmpty() ? "M" : "L",
              x((point + 1.0) / mean.length),
              y(Math.min(mean[point], most))));
    }
    add("<path d='%s' stroke='%s' stroke-width='1.8' fill='none'/>", path, color(contender));
  }

  private static String color(Contender contender) {
    return COLORS.get(contender.ordinal() % COLORS.size());
  }

  private static double x(double share) {
    return LEFT + share * (WIDTH - LEFT - RIGHT);
  }

  private double y(double regret) {
    return TOP + (1 - regret / most) * (HEIGHT - TOP - BOTTOM);
  }

  private void text(double x, double y, String anchor, String color, String words) {
    add(
        "<text x='%.1f' y='%.1f' text-anchor='%s' fill='%s'>%s</text>",
        x, y, anchor, color, words.replace("&", "&amp;").replace("<", "&lt;"));
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
