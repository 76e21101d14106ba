package org.edm2search.model.checkpoint;

import static org.edm2search.model.checkpoint.InvalidTensorFileException.quoted;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.edm2search.space.architecture.ParameterSpec;

/** Compares named tensors with those that an architecture has. */
final class TensorShapes {

  private TensorShapes() {}

  /**
   * Requires exactly the declared tensors, in their shapes. A scalar may also be written as one
   * value in any shape.
   *
   * @param prefix what precedes the names in the file
   * @throws InvalidTensorFileException naming the first tensor that is missing, misshaped, too many
   */
  static void require(
      Path file, String prefix, Collection<ParameterSpec> expected, Map<String, Tensor> tensors) {
    for (ParameterSpec spec : expected) {
      Tensor tensor = tensors.get(spec.name());
      if (tensor == null) {
        throw new InvalidTensorFileException(
            file,
            "has no tensor %s, which its architecture needs"
                .formatted(quoted(prefix + spec.name())));
      }
      boolean scalar = spec.shape().isEmpty() && tensor.size() == 1;
      if (!scalar && !tensor.shape().equals(spec.shape())) {
        throw new InvalidTensorFileException(
            file,
            "tensor %s must have shape %s, but has %s"
                .formatted(quoted(prefix + spec.name()), spec.shape(), tensor.shape()));
      }
    }
    Set<String> unknown = new TreeSet<>(tensors.keySet());
    unknown.removeAll(
        expected.stream().map(ParameterSpec::name).collect(Collectors.toUnmodifiableSet()));
    if (!unknown.isEmpty()) {
      throw new InvalidTensorFileException(
          file,
          "has a tensor %s, which its architecture does not"
              .formatted(quoted(prefix + unknown.iterator().next())));
    }
  }
}
