package org.edm2search.space.drawing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.edm2search.space.architecture.BlockSpec;
import org.edm2search.space.architecture.BranchOp;
import org.edm2search.space.architecture.Stage;
import org.edm2search.space.architecture.UNetLayout;
import org.edm2search.space.drawing.NetworkDrawing.Bar;
import org.edm2search.space.drawing.NetworkDrawing.Box;
import org.edm2search.space.drawing.NetworkDrawing.Level;

/** Places the shapes of a network. */
final class NetworkPen {

  private static final double LEFT = 64;
  private static final double TOP = 14;
  private static final double FULL_WIDTH = 1120;
  private static final double ARC_STEP = 7;

  private final UNetLayout layout;
  private final double pitch;
  private final double boxWidth;
  private final boolean labelled;
  private final double header;
  private final double barHeight;
  private final int widest;
  private final Map<Integer, Double> rowTop = new TreeMap<>();
  private final List<Box> boxes = new ArrayList<>();
  private final Map<String, Integer> indexByName = new HashMap<>();

  NetworkPen(UNetLayout layout) {
    this.layout = layout;
    int columns = layout.blocks().size() + 2;
    pitch = Math.min(104, Math.max(22, (FULL_WIDTH - LEFT) / columns));
    boxWidth = pitch - Math.max(5, Math.min(18, pitch * 0.2));
    labelled = boxWidth >= 56;
    header = labelled ? 20 : 6;
    barHeight = labelled ? 15 : 9;
    widest =
        layout.blocks().stream()
            .flatMap(block -> block.ops().stream())
            .mapToInt(BranchOp::outChannels)
            .max()
            .orElse(1);
  }

  NetworkDrawing draw() {
    List<Level> levels = placeRows();
    int level0 = layout.spec().imgResolution();
    addLayer("image in", level0, 0);
    indexByName.put(layout.inputLayer(), 0);
    for (BlockSpec block : layout.blocks()) {
      indexByName.put(block.name(), boxes.size());
      addBlock(block);
    }
    addLayer("image out", level0, boxes.size());
    double width = LEFT + boxes.size() * pitch + 4;
    double bottom = boxes.stream().mapToDouble(box -> box.y() + box.height()).max().orElse(0) + 10;
    return new NetworkDrawing(
        round(width), round(bottom), levels, boxes, skips(), flow(), labelled);
  }

  private List<Level> placeRows() {
    Map<Integer, Integer> arcs = new HashMap<>();
    Map<Integer, Double> tallest = new HashMap<>();
    for (BlockSpec block : layout.blocks()) {
      tallest.merge(block.level(), height(block), Math::max);
      if (block.skip().isPresent()) {
        arcs.merge(block.level(), 1, Integer::sum);
      }
    }
    List<Level> levels = new ArrayList<>();
    double y = TOP;
    for (int level = 0; level < layout.spec().channelMult().size(); level++) {
      y += arcs.getOrDefault(level, 0) * ARC_STEP + 8;
      rowTop.put(level, y);
      int resolution = layout.spec().imgResolution() >> level;
      levels.add(
          new Level(
              "%1$d×%1$d".formatted(resolution), layout.spec().channels(level) + " ch", round(y)));
      y += tallest.getOrDefault(level, 40.0) + 16;
    }
    return levels;
  }

  private double top(int level) {
    return Objects.requireNonNull(rowTop.get(level), "every level has a row");
  }

  private Box box(String name) {
    return boxes.get(Objects.requireNonNull(indexByName.get(name), "every block has a box"));
  }

  private double height(BlockSpec block) {
    double bars = 0;
    for (BranchOp op : block.ops()) {
      bars += barHeight(op) + 3;
    }
    return header + bars + (block.hasAttention() ? barHeight + 3 : 0) + 5;
  }

  private double barHeight(BranchOp op) {
    return op instanceof BranchOp.Activate ? 4 : barHeight;
  }

  private void addLayer(String title, int resolution, int column) {
    double height = labelled ? 40 : 20;
    double x = LEFT + column * pitch;
    double y = top(0);
    Bar bar = bar("conv", "conv3", layout.spec().channels(0), x, y + header, barHeight);
    boxes.add(
        new Box(
            "%s: 3×3 convolution at %2$d×%2$d".formatted(title, resolution),
            "layer",
            title,
            round(x),
            round(y),
            round(boxWidth),
            height,
            List.of(bar)));
  }

  private void addBlock(BlockSpec block) {
    double x = LEFT + boxes.size() * pitch;
    double y = top(block.level());
    double next = y + header;
    List<Bar> bars = new ArrayList<>();
    for (BranchOp op : block.ops()) {
      double height = barHeight(op);
      bars.add(bar(BlockWords.style(op), BlockWords.label(op), op.outChannels(), x, next, height));
      next += height + 3;
    }
    if (block.hasAttention()) {
      bars.add(bar("attention", "attn", block.channels(), x, next, barHeight));
    }
    boxes.add(
        new Box(
            BlockWords.description(block),
            block.stage() == Stage.ENCODER ? "enc" : "dec",
            BlockWords.caption(block),
            round(x),
            round(y),
            round(boxWidth),
            round(height(block)),
            bars));
  }

  private Bar bar(String kind, String label, int channels, double x, double y, double height) {
    double room = boxWidth - 8;
    double length = kind.equals("attention") ? room : room * Math.sqrt((double) channels / widest);
    length = Math.max(labelled ? 34 : 8, Math.min(room, length));
    return new Bar(
        kind, label, round(x + (boxWidth - length) / 2), round(y), round(length), height);
  }

  private List<String> skips() {
    List<String> paths = new ArrayList<>();
    Map<Integer, Integer> used = new HashMap<>();
    for (BlockSpec block : layout.blocks()) {
      if (block.skip().isEmpty()) {
        continue;
      }
      Box from = box(block.skip().get().layer());
      Box to = box(block.name());
      int nest = used.merge(block.level(), 1, Integer::sum);
      double y = top(block.level()) - 4 - (nest - 1) * ARC_STEP;
      double start = from.x() + from.width() / 2;
      double end = to.x() + to.width() / 2;
      double top = y - ARC_STEP;
      paths.add(
          "M%s %sV%sQ%s %s %s %sH%sQ%s %s %s %sV%s"
              .formatted(
                  text(start),
                  text(from.y()),
                  text(top + 5),
                  text(start),
                  text(top),
                  text(start + 5),
                  text(top),
                  text(end - 5),
                  text(end),
                  text(top),
                  text(end),
                  text(top + 5),
                  text(to.y())));
    }
    return paths;
  }

  private List<String> flow() {
    List<String> paths = new ArrayList<>();
    for (int i = 1; i < boxes.size(); i++) {
      Box from = boxes.get(i - 1);
      Box to = boxes.get(i);
      double startX = from.x() + from.width();
      double startY = from.y() + 10;
      double endY = to.y() + 10;
      double middle = (startX + to.x()) / 2;
      paths.add(
          "M%s %sC%s %s %s %s %s %s"
              .formatted(
                  text(startX),
                  text(startY),
                  text(middle),
                  text(startY),
                  text(middle),
                  text(endY),
                  text(to.x()),
                  text(endY)));
    }
    return paths;
  }

  private static double round(double value) {
    return Math.rint(value * 10) / 10;
  }

  private static String text(double value) {
    double rounded = round(value);
    return rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
  }
}
