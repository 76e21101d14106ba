package org.edm2search.eval.reference;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.edm2search.model.checkpoint.InvalidTensorFileException;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.TensorFile;

/** Computed tensors in a safetensors file, with what they were computed from as its metadata. */
final class KeptTensors {

  private KeptTensors() {}

  /** Returns the tensors in a file; nothing if it is missing, damaged or of another origin. */
  static Optional<Map<String, Tensor>> find(Path file, Map<String, String> origin) {
    try {
      return Optional.of(Safetensors.read(file))
          .filter(content -> content.metadata().equals(origin))
          .map(TensorFile::tensors);
    } catch (InvalidTensorFileException e) {
      return Optional.empty(); // What is computed now replaces it.
    }
  }

  /**
   * Writes a file, all or nothing.
   *
   * @throws org.edm2search.space.base.Edm2SearchException if that fails
   */
  static void write(Path file, Map<String, String> origin, Map<String, Tensor> tensors) {
    Safetensors.write(file, new TensorFile(origin, tensors));
  }
}
