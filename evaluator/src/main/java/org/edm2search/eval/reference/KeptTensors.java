package org.edm2search.eval.reference;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.edm2search.model.checkpoint.InvalidTensorFileException;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.TensorFile;
import org.edm2search.space.Sha256;

/**
 * Computed tensors in a safetensors file, with what they were computed from and a checksum of both.
 */
final class KeptTensors {

  private static final String CHECKSUM = "sha256";

  private KeptTensors() {}

  /**
   * Reads a file.
   *
   * @throws InvalidTensorFileException if it is missing, damaged or without a checksum
   */
  static TensorFile read(Path file) {
    TensorFile content = Safetensors.read(file);
    Map<String, String> origin = new TreeMap<>(content.metadata());
    String checksum = origin.remove(CHECKSUM);
    if (!checksum(origin, content.tensors()).equals(checksum)) {
      throw new InvalidTensorFileException(
          file, "its content does not have the checksum that it was written with");
    }
    return new TensorFile(origin, content.tensors());
  }

  /** Returns the tensors in a file; nothing if it is missing, damaged or of another origin. */
  static Optional<Map<String, Tensor>> find(Path file, Map<String, String> origin) {
    try {
      return Optional.of(read(file))
          .filter(content -> content.metadata().equals(origin))
          .map(TensorFile::tensors);
    } catch (InvalidTensorFileException e) {
      return Optional.empty(); // What is computed now replaces it.
    }
  }

  /**
   * Writes a file, all or nothing.
   *
   * @throws org.edm2search.space.Edm2SearchException if that fails
   */
  static void write(Path file, Map<String, String> origin, Map<String, Tensor> tensors) {
    Map<String, String> metadata = new TreeMap<>(origin);
    metadata.put(CHECKSUM, checksum(origin, tensors));
    Safetensors.write(file, new TensorFile(metadata, tensors));
  }

  private static String checksum(Map<String, String> origin, Map<String, Tensor> tensors) {
    Sha256 digest = new Sha256();
    new TreeMap<>(origin).forEach((key, value) -> digest.add(key + "\0" + value + "\0"));
    new TreeMap<>(tensors)
        .forEach(
            (name, tensor) -> {
              digest.add(name + tensor.shape() + "\0");
              double[] values = tensor.doubles();
              ByteBuffer bytes =
                  ByteBuffer.allocate(Math.multiplyExact(values.length, Double.BYTES));
              bytes.asDoubleBuffer().put(values);
              digest.add(bytes.array());
            });
    return digest.hex();
  }
}
