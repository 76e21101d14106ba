package org.edm2search.space.drawing;

import java.util.LinkedHashMap;
import java.util.Map;
import org.edm2search.space.architecture.UNetLayout;

/** A {@link NetworkDrawing} as an SVG file that stands alone, with a key to its colours. */
public final class NetworkSvg {

  private static final double KEY_HEIGHT = 34;
  private static final double KEY_STEP = 130;

  /** Colours of operations by style class, with their words in the key. */
  private static final Map<String, String[]> OPERATIONS = new LinkedHashMap<>();

  static {
    OPERATIONS.put("activate", new String[] {"#9aa2b5", "MP-SiLU φ"});
    OPERATIONS.put("depthwise", new String[] {"#0f8a8a", "depthwise dwK"});
    OPERATIONS.put("pointwise", new String[] {"#4f46e5", "pointwise pw"});
    OPERATIONS.put("conv", new String[] {"#2563a8", "convolution convK"});
    OPERATIONS.put("modulate", new String[] {"#d9801a", "embedding ×c"});
    OPERATIONS.put("attention", new String[] {"#b0358f", "self-attention"});
  }

  private static final String STYLE =
      """
      text { font: 11px sans-serif; fill: #3a4152; }
      .level { font-weight: bold; }
      .middle { text-anchor: middle; }
      .op { fill: #fff; font-size: 10px; text-anchor: middle; }
      .box { fill: #f1f3f8; stroke: #9aa2b5; }
      .dec .box { fill: #e8e7fb; stroke: #a5a1ea; }
      .layer .box { fill: #fff; stroke-dasharray: 3 3; }
      .skip { fill: none; stroke: #9aa2b5; stroke-width: 1.5; }
      .flow { fill: none; stroke: #3a4152; stroke-width: 1.5; }
      """;

  private NetworkSvg() {}

  /** Returns the text of the file. */
  public static String of(UNetLayout layout) {
    NetworkDrawing drawing = NetworkDrawing.of(layout);
    double width = Math.max(drawing.width(), OPERATIONS.size() * KEY_STEP);
    StringBuilder svg = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s %s\" width=\"%s\" role=\"img\">\n"
            .formatted(width, drawing.height() + KEY_HEIGHT, width));
    svg.append("<title>U-Net of %d blocks</title>\n".formatted(layout.blocks().size()));
    svg.append("<style>\n").append(STYLE);
    OPERATIONS.forEach((kind, look) -> svg.append(".%s { fill: %s; }\n".formatted(kind, look[0])));
    svg.append("</style>\n");
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
    drawing.levels().forEach(level -> level(svg, level));
    drawing.skips().forEach(path -> path(svg, "skip", path));
    drawing.flow().forEach(path -> path(svg, "flow", path));
    drawing.boxes().forEach(box -> box(svg, box, drawing.labelled()));
    key(svg, drawing.height() + 12);
    return svg.append("</svg>\n").toString();
  }

  private static void level(StringBuilder svg, NetworkDrawing.Level level) {
    text(svg, "level", 4, level.y() + 14, level.label());
    text(svg, "detail", 4, level.y() + 29, level.detail());
  }

  private static void path(StringBuilder svg, String kind, String path) {
    svg.append("<path class=\"%s\" d=\"%s\"/>\n".formatted(kind, path));
  }

  private static void box(StringBuilder svg, NetworkDrawing.Box box, boolean labelled) {
    svg.append("<g class=\"%s\"><title>%s</title>\n".formatted(box.kind(), escaped(box.title())));
    rectangle(svg, "box", box.x(), box.y(), box.width(), box.height(), 6);
    if (labelled) {
      text(svg, "middle", box.x() + box.width() / 2, box.y() + 14, box.caption());
    }
    for (NetworkDrawing.Bar bar : box.bars()) {
      double radius = bar.height() < 6 ? 1.5 : 3;
      rectangle(svg, bar.kind(), bar.x(), bar.y(), bar.width(), bar.height(), radius);
      if (labelled && !bar.label().isEmpty()) {
        text(svg, "op", bar.x() + bar.width() / 2, bar.y() + 11, bar.label());
      }
    }
    svg.append("</g>\n");
  }

  private static void key(StringBuilder svg, double y) {
    double x = 4;
    for (Map.Entry<String, String[]> operation : OPERATIONS.entrySet()) {
      rectangle(svg, operation.getKey(), x, y, 12, 10, 2);
      text(svg, "key", x + 17, y + 9, operation.getValue()[1]);
      x += KEY_STEP;
    }
  }

  private static void rectangle(
      StringBuilder svg, String kind, double x, double y, double width, double height, double r) {
    svg.append(
        "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"%s\"/>\n"
            .formatted(kind, x, y, width, height, r));
  }

  private static void text(StringBuilder svg, String kind, double x, double y, String text) {
    svg.append(
        "<text class=\"%s\" x=\"%s\" y=\"%s\">%s</text>\n".formatted(kind, x, y, escaped(text)));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
