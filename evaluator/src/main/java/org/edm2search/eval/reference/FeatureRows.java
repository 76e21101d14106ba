package org.edm2search.eval.reference;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.edm2search.model.checkpoint.InvalidTensorFileException;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.TensorFile;

/** Features in a file, with where they are from. Extractors compute in float32, as is stored. */
final class FeatureRows {

  private static final String NAME = "features";

  private FeatureRows() {}

  /**
   * Returns the features in a file, [n, d]; nothing if it is missing, damaged or of another origin.
   */
  static Optional<double[][]> read(Path file, Map<String, String> origin) {
    TensorFile content;
    try {
      content = Safetensors.read(file);
    } catch (InvalidTensorFileException e) {
      return Optional.empty(); // What follows replaces it.
    }
    Tensor tensor = content.tensors().get(NAME);
    if (tensor == null || tensor.shape().size() != 2 || !content.metadata().equals(origin)) {
      return Optional.empty();
    }
    int dimensions = tensor.shape().get(1);
    double[][] rows = new double[tensor.shape().get(0)][dimensions];
    float[] values = tensor.values();
    for (int i = 0; i < values.length; i++) {
      rows[i / dimensions][i % dimensions] = values[i];
    }
    return Optional.of(rows);
  }

  static void write(Path file, Map<String, String> origin, double[][] rows) {
    int dimensions = rows[0].length;
    float[] values = new float[Math.multiplyExact(rows.length, dimensions)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[i / dimensions][i % dimensions];
    }
    Tensor tensor = new Tensor(List.of(rows.length, dimensions), values);
    Safetensors.write(file, new TensorFile(origin, Map.of(NAME, tensor)));
  }
}
