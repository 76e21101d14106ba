package org.edm2search.eval.onnx;

import java.util.List;
import org.edm2search.model.checkpoint.ElementType;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.onnx.Attribute;
import org.edm2search.model.onnx.Dimension;
import org.edm2search.model.onnx.OnnxGraph;

/** The start of graphs that take images as bytes. */
public final class ImageGraphs {

  /** Name of the input: uint8 [N, 3, height, width]. */
  public static final String IMAGES = "images";

  private static final long FLOAT = 1;

  private ImageGraphs() {}

  /** Adds the input, casts it to float32 and resizes it; returns [N, 3, size, size]. */
  public static String resized(OnnxGraph graph, int size, Resize resize) {
    String images =
        graph.input(
            IMAGES,
            ElementType.U8,
            Dimension.named("N"),
            Dimension.of(3),
            Dimension.named("height"),
            Dimension.named("width"));
    String floats = graph.node("floats", "Cast", List.of(images), Attribute.integer("to", FLOAT));
    String sizes = graph.constant("sizes", Tensor.ofLongs(List.of(2), size, size));
    return graph.node("resized", "Resize", List.of(floats, "", "", sizes), resize.attributes());
  }

  /** Returns a graph that does what a network wants done: bytes in, float32 "prepared" out. */
  static OnnxGraph preparing(ImageInput input) {
    OnnxGraph graph = new OnnxGraph("prepare");
    String resized = resized(graph, input.size(), input.resize());
    // (u/255 − mean)/std = u·1/(255·std) − mean/std
    float[] scale = new float[3];
    float[] shift = new float[3];
    for (int c = 0; c < 3; c++) {
      scale[c] = (float) (1 / (255 * input.std().get(c)));
      shift[c] = (float) (input.mean().get(c) / input.std().get(c));
    }
    List<Integer> perColor = List.of(1, 3, 1, 1);
    String scaled =
        graph.node(
            "scaled",
            "Mul",
            List.of(resized, graph.constant("scale", new Tensor(perColor, scale))));
    graph.node(
        "prepared", "Sub", List.of(scaled, graph.constant("shift", new Tensor(perColor, shift))));
    graph.output(
        "prepared",
        ElementType.F32,
        Dimension.named("N"),
        Dimension.of(3),
        Dimension.of(input.size()),
        Dimension.of(input.size()));
    return graph;
  }
}
