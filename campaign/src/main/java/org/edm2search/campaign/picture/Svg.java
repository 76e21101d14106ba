package org.edm2search.campaign.picture;

import java.util.Locale;
import java.util.stream.Collectors;

/** Drawings as SVG. */
public final class Svg {

  private Svg() {}

  /** Returns the file's text. */
  public static String of(Drawing drawing) {
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d'"
            + " font-family='sans-serif'>",
        drawing.width(),
        drawing.height(),
        drawing.width(),
        drawing.height());
    add(svg, "<rect width='100%%' height='100%%' fill='#ffffff'/>");
    drawing.shapes().forEach(shape -> add(svg, shape));
    add(svg, "</svg>");
    return svg.toString();
  }

  private static void add(StringBuilder svg, Drawing.Shape shape) {
    if (shape instanceof Drawing.Line line) {
      String points =
          line.points().stream()
              .map(point -> String.format(Locale.ROOT, "%.1f,%.1f", point.x(), point.y()))
              .collect(Collectors.joining(" "));
      add(
          svg,
          "<polyline points='%s' fill='none' stroke='%s' stroke-width='%.1f'/>",
          points,
          line.color(),
          line.width());
    } else if (shape instanceof Drawing.Box box) {
      add(
          svg,
          "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='%s'/>",
          box.x(),
          box.y(),
          Math.max(0, box.width()),
          Math.max(0, box.height()),
          box.color());
    } else if (shape instanceof Drawing.Dot dot) {
      add(
          svg,
          "<circle cx='%.1f' cy='%.1f' r='%.1f' fill='%s'/>",
          dot.x(),
          dot.y(),
          dot.radius(),
          dot.color());
    } else if (shape instanceof Drawing.Text text) {
      add(
          svg,
          "<text x='%.1f' y='%.1f' text-anchor='%s' font-size='%d' fill='%s'>%s</text>",
          text.x(),
          text.y(),
          text.anchor().name().toLowerCase(Locale.ROOT),
          text.size(),
          text.color(),
          escaped(text.words()));
    }
  }

  /** Returns a text as it stands in SVG and HTML. */
  public static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("'", "&#39;")
        .replace("\"", "&quot;")
        .replaceAll("\\p{Cntrl}", " ");
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
