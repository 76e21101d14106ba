package org.edm2search.space.drawing;

import java.util.List;
import org.edm2search.space.architecture.UNetLayout;

/**
 * A U-Net as shapes: blocks from left to right in execution order, one row a level, skips as arcs.
 * Within a block every operation of the branch is a bar whose length follows its channels, so that
 * the expansion shows.
 *
 * @param width of the drawing, in its own units
 * @param height of the drawing
 * @param levels the rows
 * @param boxes the blocks, input layer first, output layer last
 * @param skips paths of the skip connections
 * @param flow paths of the main path between blocks
 * @param labelled whether boxes are wide enough for words
 */
public record NetworkDrawing(
    double width,
    double height,
    List<Level> levels,
    List<Box> boxes,
    List<String> skips,
    List<String> flow,
    boolean labelled) {

  /** One row: blocks of one resolution. */
  public record Level(String label, String detail, double y) {}

  /**
   * One block.
   *
   * @param title what the block does, in words
   * @param kind {@code enc}, {@code dec} or {@code layer}
   * @param caption short name
   */
  public record Box(
      String title,
      String kind,
      String caption,
      double x,
      double y,
      double width,
      double height,
      List<Bar> bars) {}

  /** One operation of a branch. {@code kind} is the style class. */
  public record Bar(String kind, String label, double x, double y, double width, double height) {}

  public NetworkDrawing {
    levels = List.copyOf(levels);
    boxes = List.copyOf(boxes);
    skips = List.copyOf(skips);
    flow = List.copyOf(flow);
  }

  /** Draws a network. */
  public static NetworkDrawing of(UNetLayout layout) {
    return new NetworkPen(layout).draw();
  }
}
