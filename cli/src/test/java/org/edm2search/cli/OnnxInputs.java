package org.edm2search.cli;

import org.edm2search.model.checkpoint.ElementType;
import org.edm2search.model.onnx.Dimension;
import org.edm2search.model.onnx.OnnxGraph;

/** What the feature networks of tests take. */
final class OnnxInputs {

  private OnnxInputs() {}

  /** Adds the input: colour images of 8 × 8 pixels. */
  static String images(OnnxGraph graph) {
    return graph.input(
        "x",
        ElementType.F32,
        Dimension.named("N"),
        Dimension.of(3),
        Dimension.of(8),
        Dimension.of(8));
  }
}
