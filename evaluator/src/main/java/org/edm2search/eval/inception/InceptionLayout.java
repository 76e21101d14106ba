package org.edm2search.eval.inception;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.edm2search.eval.inception.InceptionNetwork.Convolution;
import org.edm2search.model.checkpoint.ElementType;
import org.edm2search.model.checkpoint.InvalidTensorFileException;
import org.edm2search.model.checkpoint.Tensor;

/** Names and shapes of the network's tensors: those of PyTorch's, which files keep. */
final class InceptionLayout {

  /** Counters that PyTorch may keep with each normalization. */
  private static final String COUNTER = ".bn.num_batches_tracked";

  private static final int CLASSES = 1008;

  private InceptionLayout() {}

  /** Counts channels. */
  private record Channels(Map<String, List<Integer>> shapes)
      implements InceptionNetwork.Walk<Integer> {

    @Override
    public Integer convolution(String name, Integer input, Convolution convolution) {
      int output = convolution.channels();
      shapes.put(
          name + ".conv.weight", List.of(output, input, convolution.height(), convolution.width()));
      for (String part : List.of("weight", "bias", "running_mean", "running_var")) {
        shapes.put(name + ".bn." + part, List.of(output));
      }
      return output;
    }

    @Override
    public Integer maximum(Integer input, int stride, int padding) {
      return input;
    }

    @Override
    public Integer mean(Integer input) {
      return input;
    }

    @Override
    public Integer concatenation(List<Integer> inputs) {
      return inputs.stream().mapToInt(Integer::intValue).sum();
    }
  }

  /** Returns the shapes by name, in the order of the network; the classifier comes last. */
  static Map<String, List<Integer>> shapes() {
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    int features = InceptionNetwork.walk(3, new Channels(shapes));
    shapes.put("fc.weight", List.of(CLASSES, features));
    shapes.put("fc.bias", List.of(CLASSES));
    return shapes;
  }

  /**
   * Checks that tensors are the network's.
   *
   * @param file that they are from
   * @throws InvalidTensorFileException naming what is missing, too much or of another shape
   */
  static void check(Path file, Map<String, Tensor> tensors) {
    Map<String, List<Integer>> shapes = shapes();
    shapes.forEach(
        (name, shape) -> {
          Tensor tensor = tensors.get(name);
          if (tensor == null) {
            throw new InvalidTensorFileException(
                file, "has no tensor '%s': these are not the weights of the FID".formatted(name));
          }
          if (!tensor.shape().equals(shape) || tensor.type() != ElementType.F32) {
            throw new InvalidTensorFileException(
                file,
                "tensor '%s' must have float32 of shape %s, but has %s of shape %s"
                    .formatted(name, shape, tensor.type(), tensor.shape()));
          }
        });
    for (String name : tensors.keySet()) {
      boolean counter =
          name.endsWith(COUNTER) && shapes.containsKey(name.replace(COUNTER, ".bn.weight"));
      if (!shapes.containsKey(name) && !counter) {
        throw new InvalidTensorFileException(
            file, "has a tensor '%s', which the network of the FID has not".formatted(name));
      }
    }
  }
}
