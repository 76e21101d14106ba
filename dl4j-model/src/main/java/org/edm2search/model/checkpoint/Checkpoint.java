package org.edm2search.model.checkpoint;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.ParameterSpec;
import org.edm2search.space.architecture.UNetLayout;
import org.edm2search.space.yaml.ArchitectureYaml;

/**
 * The complete state of a training run, in one safetensors file: reading it back and going on gives
 * the very floats that never stopping gives.
 *
 * @param architecture the network
 * @param weights every tensor of the network by its stable name, Fourier buffers too
 * @param vectors optimizer moments and averaged weights by name; flat, in the order of the
 *     network's trainable parameters
 * @param progress counters and settings by name
 */
public record Checkpoint(
    ArchitectureSpec architecture,
    Map<String, Tensor> weights,
    Map<String, float[]> vectors,
    Map<String, String> progress) {

  private static final String FORMAT_KEY = "edm2_search_checkpoint";
  private static final int FORMAT = 1;
  private static final String WEIGHT = "weight/";
  private static final String VECTOR = "vector/";
  private static final String PROGRESS = "progress.";

  public Checkpoint {
    weights = Collections.unmodifiableMap(new TreeMap<>(weights));
    vectors = Collections.unmodifiableMap(new TreeMap<>(vectors));
    progress = Collections.unmodifiableMap(new TreeMap<>(progress));
  }

  /** Writes the checkpoint, all or nothing. */
  public void write(Path file) {
    Safetensors.write(file, content());
  }

  /** Writes the checkpoint in the place of another, which is kept as {@link #previousOf}. */
  public void rotate(Path file) {
    Safetensors.rotate(file, previousOf(file), content());
  }

  /** Returns where the checkpoint is kept that a file replaced. */
  public static Path previousOf(Path file) {
    String name = file.getFileName().toString();
    int end = name.lastIndexOf('.');
    String base = end < 0 ? name : name.substring(0, end);
    return file.resolveSibling(base + ".previous" + name.substring(base.length()));
  }

  /** Returns whether a tensor file says that it is a checkpoint. */
  public static boolean isCheckpoint(Path file) {
    return Safetensors.metadata(file).containsKey(FORMAT_KEY);
  }

  private TensorFile content() {
    Map<String, String> metadata = new TreeMap<>(ArchitectureYaml.toMetadata(architecture));
    metadata.put(FORMAT_KEY, Integer.toString(FORMAT));
    progress.forEach((key, value) -> metadata.put(PROGRESS + key, value));
    Map<String, Tensor> tensors = new TreeMap<>();
    weights.forEach((name, tensor) -> tensors.put(WEIGHT + name, tensor));
    vectors.forEach((name, vector) -> tensors.put(VECTOR + name, Tensor.vector(vector)));
    return new TensorFile(metadata, tensors);
  }

  /**
   * Reads a checkpoint.
   *
   * @throws InvalidTensorFileException if the file is damaged, not a checkpoint or of a newer
   *     format, or its tensors are not those of its architecture
   */
  public static Checkpoint read(Path file) {
    TensorFile content = Safetensors.read(file);
    String format = content.metadata().get(FORMAT_KEY);
    if (format == null) {
      throw new InvalidTensorFileException(file, "is not a checkpoint of edm2-search");
    }
    if (!format.equals(Integer.toString(FORMAT))) {
      throw new InvalidTensorFileException(
          file,
          "has checkpoint format %s, but this version reads %d; use the version that wrote it"
              .formatted(InvalidTensorFileException.quoted(format), FORMAT));
    }
    Map<String, String> architecture = new TreeMap<>();
    Map<String, String> progress = new TreeMap<>();
    content
        .metadata()
        .forEach(
            (key, value) -> {
              if (key.startsWith(PROGRESS)) {
                progress.put(key.substring(PROGRESS.length()), value);
              } else if (!key.equals(FORMAT_KEY)) {
                architecture.put(key, value);
              }
            });
    ArchitectureSpec spec = ArchitectureYaml.fromMetadata(architecture, file.toString());
    UNetLayout layout = UNetLayout.of(spec);
    long trained = trainedValues(layout);
    Map<String, Tensor> weights = content.under(WEIGHT);
    TensorShapes.require(file, WEIGHT, layout.parameters(), weights);
    Map<String, float[]> vectors = new TreeMap<>();
    content
        .under(VECTOR)
        .forEach(
            (name, tensor) -> {
              if (tensor.size() != trained) {
                throw new InvalidTensorFileException(
                    file,
                    "vector %s must have %d values, but has %d"
                        .formatted(
                            InvalidTensorFileException.quoted(name), trained, tensor.size()));
              }
              vectors.put(name, tensor.values());
            });
    return new Checkpoint(spec, weights, vectors, progress);
  }

  private static long trainedValues(UNetLayout layout) {
    return layout.parameters().stream()
        .filter(ParameterSpec::trainable)
        .mapToLong(ParameterSpec::size)
        .sum();
  }

  /** Returns the weights with all trained values replaced by those of a flat vector. */
  public Map<String, Tensor> weightsWith(float[] trained) {
    UNetLayout layout = UNetLayout.of(architecture);
    if (trained.length != trainedValues(layout)) {
      throw new IllegalArgumentException(
          "the network has %d trained values, but got %d"
              .formatted(trainedValues(layout), trained.length));
    }
    Map<String, Tensor> replaced = new TreeMap<>(weights);
    int offset = 0;
    for (ParameterSpec spec : layout.parameters()) {
      if (spec.trainable()) {
        int size = Math.toIntExact(spec.size());
        replaced.put(
            spec.name(),
            new Tensor(spec.shape(), java.util.Arrays.copyOfRange(trained, offset, offset + size)));
        offset += size;
      }
    }
    return replaced;
  }
}
