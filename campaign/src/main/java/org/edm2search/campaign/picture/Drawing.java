package org.edm2search.campaign.picture;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Shapes on white paper, in pixels from the upper left corner; later ones lie on top. */
public final class Drawing {

  /** Where a text stands from its place. */
  public enum Anchor {
    /** To the right of it. */
    START,
    /** Around it. */
    MIDDLE,
    /** To the left of it. */
    END
  }

  /** Something drawn. */
  sealed interface Shape {}

  record Line(List<Point> points, String color, double width) implements Shape {
    Line {
      points = List.copyOf(points);
    }
  }

  record Box(double x, double y, double width, double height, String color) implements Shape {}

  record Dot(double x, double y, double radius, String color) implements Shape {}

  record Text(double x, double y, Anchor anchor, String words, String color, int size)
      implements Shape {}

  /** A place. */
  public record Point(double x, double y) {}

  private final int width;
  private final int height;
  private final List<Shape> shapes = new ArrayList<>();

  /** Begins an empty one. */
  public Drawing(int width, int height) {
    this.width = width;
    this.height = height;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  List<Shape> shapes() {
    return Collections.unmodifiableList(shapes);
  }

  /** Draws a line through points; colours are such as {@code #4e79a7}. */
  public Drawing line(List<Point> points, String color, double thickness) {
    shapes.add(new Line(points, color, thickness));
    return this;
  }

  /** Draws a straight line. */
  public Drawing line(double x1, double y1, double x2, double y2, String color, double thickness) {
    return line(List.of(new Point(x1, y1), new Point(x2, y2)), color, thickness);
  }

  /** Fills a box. */
  public Drawing box(double x, double y, double boxWidth, double boxHeight, String color) {
    shapes.add(new Box(x, y, boxWidth, boxHeight, color));
    return this;
  }

  /** Fills a circle. */
  public Drawing dot(double x, double y, double radius, String color) {
    shapes.add(new Dot(x, y, radius, color));
    return this;
  }

  /** Writes a text, its base line at y. */
  public Drawing text(double x, double y, Anchor anchor, String words, String color, int size) {
    shapes.add(new Text(x, y, anchor, words, color, size));
    return this;
  }
}
