package org.edm2search.model.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A {@link Graph} declared to SameDiff, whose own session computes what plans must compute. */
public final class SessionGraph {

  private final SameDiff sameDiff = SameDiff.create();
  private final Map<Node, SDVariable> variables = new HashMap<>();

  /** Declares a graph; its inputs and parameters become placeholders. */
  public SessionGraph(Graph graph) {
    graph.inputs().forEach(this::placeholder);
    graph.parameters().forEach(this::placeholder);
    graph.constants().forEach((node, value) -> variables.put(node, sameDiff.constant(value)));
    graph.operations().forEach(this::declare);
  }

  private void placeholder(String name, Node node) {
    variables.put(node, sameDiff.placeHolder(name, DataType.FLOAT, node.shape()));
  }

  private void declare(Operation operation) {
    List<Node> inputs = operation.inputs();
    SDVariable first = variables.get(inputs.get(0));
    switch (operation.kind()) {
      case LEGACY_TRANSFORM, JAVA_TRANSFORM ->
          variables.put(operation.output(), transformed(operation, first));
      case HEAD_PRODUCT -> variables.put(operation.output(), byHead(operation));
      case DEPTHWISE_PER_IMAGE -> variables.put(operation.output(), byImage(operation));
      default -> {
        SDVariable[] results =
            new SameDiffOperation(
                    operation,
                    sameDiff,
                    inputs.stream().map(variables::get).toArray(SDVariable[]::new))
                .outputVariables();
        for (int i = 0; i < results.length; i++) {
          variables.put(operation.outputs().get(i), results[i]);
        }
      }
    }
  }

  private SDVariable transformed(Operation operation, SDVariable input) {
    return switch (operation.name()) {
      case "sqrt" -> sameDiff.math().sqrt(input);
      case "exp" -> sameDiff.math().exp(input);
      case "cos" -> sameDiff.math().cos(input);
      default -> throw new IllegalArgumentException(operation.name());
    };
  }

  /** As products of rank 4, heads before pixels. */
  private SDVariable byHead(Operation operation) {
    List<Node> operands = operation.inputs();
    Node woven = operands.get(operands.get(0).shape().length == 4 ? 0 : 1);
    SDVariable product =
        sameDiff
            .mmul(
                headsFirst(operands.get(0), woven.size(0), woven.size(2)),
                headsFirst(operands.get(1), woven.size(0), woven.size(2)),
                operation.integers().get(0) == 1,
                operation.integers().get(1) == 1,
                false)
            .mul(operation.floats().get(0));
    Node result = operation.output();
    return result.shape().length == 4
        ? product.permute(0, 2, 1, 3)
        : sameDiff.reshape(product, result.shape());
  }

  private SDVariable headsFirst(Node operand, long images, long heads) {
    SDVariable variable = Objects.requireNonNull(variables.get(operand));
    return operand.shape().length == 4
        ? variable.permute(0, 2, 1, 3)
        : sameDiff.reshape(variable, images, heads, operand.size(1), operand.size(2));
  }

  /** Of all images at once, as channels of one image. */
  private SDVariable byImage(Operation operation) {
    Node image = operation.inputs().get(0);
    Node gradient = operation.inputs().get(1);
    long n = image.size(0);
    long size = image.size(1);
    long channels = image.size(3);
    long kernel = operation.output().size(1);
    SDVariable all =
        new SameDiffOperation(
                operation,
                sameDiff,
                imagesAsChannels(image, 1, size, size, n * channels),
                imagesAsChannels(gradient, size, size, n * channels, 1))
            .outputVariables()[0];
    return sameDiff.reshape(all, kernel, kernel, n, channels).permute(2, 0, 1, 3);
  }

  private SDVariable imagesAsChannels(Node images, long... shape) {
    return sameDiff.reshape(variables.get(images).permute(1, 2, 0, 3), shape);
  }

  /**
   * Runs SameDiff's session.
   *
   * @param values of inputs and parameters, by name
   */
  public Map<Node, INDArray> run(Map<String, INDArray> values, List<Node> results) {
    Map<String, INDArray> computed =
        sameDiff.output(values, results.stream().map(node -> variables.get(node).name()).toList());
    return results.stream()
        .distinct()
        .collect(Collectors.toMap(node -> node, node -> computed.get(variables.get(node).name())));
  }
}
