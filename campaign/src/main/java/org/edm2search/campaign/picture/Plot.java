package org.edm2search.campaign.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.DoubleStream;
import org.edm2search.campaign.picture.Drawing.Anchor;
import org.edm2search.campaign.picture.Drawing.Point;

/** Charts: lines and dots over numbers, and intervals of named things. */
public final class Plot {

  private static final int WIDTH = 860;
  private static final int HEIGHT = 460;
  private static final int LEFT = 74;
  private static final int RIGHT = 180;
  private static final int TOP = 48;
  private static final int BOTTOM = 54;
  private static final int ROW = 18;
  private static final int NAMES = 250;
  private static final String INK = "#222222";
  private static final String FAINT = "#dddddd";
  private static final List<String> COLORS =
      List.of(
          "#4e79a7", "#f28e2b", "#e15759", "#59a14f", "#b07aa1", "#9c755f", "#76b7b2", "#b6992d",
          "#ff9da7", "#333333");

  private Plot() {}

  /**
   * A line, or dots.
   *
   * @param name for the legend
   * @param points in order
   * @param dots whether they are not joined
   */
  public record Series(String name, List<Point> points, boolean dots) {
    public Series {
      points = List.copyOf(points);
    }
  }

  /**
   * A named number with its interval.
   *
   * @param name at the left
   * @param value of the dot
   * @param low end of the interval
   * @param high end
   * @param strong whether it stands out
   */
  public record Interval(String name, double value, double low, double high, boolean strong) {}

  /**
   * Draws series over two axes.
   *
   * @param x how numbers of the horizontal axis are written
   * @param y how numbers of the vertical axis are written
   */
  public static Drawing of(
      String title,
      String below,
      String beside,
      List<Series> series,
      DoubleFunction<String> x,
      DoubleFunction<String> y) {
    Drawing drawing = new Drawing(WIDTH, HEIGHT);
    List<Point> all = series.stream().flatMap(one -> one.points().stream()).toList();
    Axis across = axis(all.stream().mapToDouble(Point::x), LEFT, WIDTH - RIGHT);
    Axis up = axis(all.stream().mapToDouble(Point::y), HEIGHT - BOTTOM, TOP);
    drawing.text(LEFT, 22, Anchor.START, title, INK, 15);
    for (double tick : up.ticks()) {
      drawing.line(LEFT, up.at(tick), WIDTH - RIGHT, up.at(tick), FAINT, 1);
      drawing.text(LEFT - 6, up.at(tick) + 4, Anchor.END, y.apply(tick), INK, 11);
    }
    for (double tick : across.ticks()) {
      drawing.text(across.at(tick), HEIGHT - BOTTOM + 18, Anchor.MIDDLE, x.apply(tick), INK, 11);
    }
    drawing.text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 14, Anchor.MIDDLE, below, INK, 12);
    drawing.text(10, TOP - 12, Anchor.START, beside, INK, 12);
    for (int i = 0; i < series.size(); i++) {
      String color = COLORS.get(i % COLORS.size());
      List<Point> placed = new ArrayList<>();
      series.get(i).points().forEach(p -> placed.add(new Point(across.at(p.x()), up.at(p.y()))));
      if (series.get(i).dots()) {
        placed.forEach(p -> drawing.dot(p.x(), p.y(), 3.5, color));
      } else {
        drawing.line(placed, color, 2);
      }
      drawing.dot(WIDTH - RIGHT + 16, TOP + 8 + i * ROW, 4, color);
      drawing.text(
          WIDTH - RIGHT + 26, TOP + 12 + i * ROW, Anchor.START, series.get(i).name(), INK, 12);
    }
    return drawing;
  }

  private static Axis axis(DoubleStream values, double start, double end) {
    double[] all = values.toArray();
    double least = DoubleStream.of(all).min().orElse(0);
    return Axis.over(least, DoubleStream.of(all).max().orElse(1), start, end);
  }

  /**
   * Draws intervals below each other, and a line at 0.
   *
   * @param below what the numbers are
   * @param number how they are written
   */
  public static Drawing intervals(
      String title, String below, List<Interval> rows, DoubleFunction<String> number) {
    int height = TOP + ROW * rows.size() + BOTTOM;
    Drawing drawing = new Drawing(WIDTH, height);
    drawing.text(16, 22, Anchor.START, title, INK, 15);
    double[] ends =
        rows.stream().flatMapToDouble(row -> DoubleStream.of(row.low(), row.high(), 0)).toArray();
    Axis across = axis(DoubleStream.of(ends), NAMES, WIDTH - 30);
    for (double tick : across.ticks()) {
      drawing.line(
          across.at(tick),
          TOP - 8,
          across.at(tick),
          height - BOTTOM,
          tick == 0 ? "#888888" : FAINT,
          1);
      drawing.text(
          across.at(tick), height - BOTTOM + 18, Anchor.MIDDLE, number.apply(tick), INK, 11);
    }
    drawing.text((NAMES + WIDTH) / 2.0, height - 14, Anchor.MIDDLE, below, INK, 12);
    for (int i = 0; i < rows.size(); i++) {
      Interval row = rows.get(i);
      double y = TOP + ROW * (i + 0.5);
      String color = row.strong() ? COLORS.get(0) : "#999999";
      drawing.text(NAMES - 10, y + 4, Anchor.END, row.name(), INK, 12);
      drawing.line(across.at(row.low()), y, across.at(row.high()), y, color, 2);
      drawing.dot(across.at(row.value()), y, 4, color);
    }
    return drawing;
  }
}
