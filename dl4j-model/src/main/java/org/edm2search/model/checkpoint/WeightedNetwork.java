package org.edm2search.model.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.ParameterSpec;
import org.edm2search.space.architecture.UNetLayout;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.yaml.ArchitectureYaml;

/**
 * A network's architecture with its tensors by stable name; those of configuration A are EDM2's.
 *
 * @param architecture the network
 * @param tensors every tensor, Fourier buffers too
 */
public record WeightedNetwork(ArchitectureSpec architecture, Map<String, Tensor> tensors) {

  private static final String PREFIX = "weight/";

  public WeightedNetwork {
    tensors = Collections.unmodifiableMap(new TreeMap<>(tensors));
  }

  /**
   * Writes a safetensors file that describes itself: its metadata holds the architecture as JSON
   * under {@code architecture}. Equal networks give equal bytes.
   */
  public void write(Path file) {
    requireTensors(file, "");
    Safetensors.write(
        file,
        new TensorFile(
            Map.of(
                ArchitectureYaml.JSON_KEY, ArchitectureYaml.toJson(architecture), "format", "pt"),
            tensors));
  }

  /**
   * Returns the network with its weights in half precision; gains and Fourier features, which are
   * few, stay.
   *
   * @throws IllegalArgumentException if a weight is beyond half precision's range
   */
  public WeightedNetwork inHalfPrecision() {
    Map<String, Tensor> halves = new TreeMap<>(tensors);
    for (ParameterSpec parameter : UNetLayout.of(architecture).parameters()) {
      if (parameter.kind() == ParameterSpec.Kind.WEIGHT) {
        halves.computeIfPresent(parameter.name(), (name, weight) -> weight.toHalf());
      }
    }
    return new WeightedNetwork(architecture, halves);
  }

  /** Returns the network with the same values as float32. */
  public WeightedNetwork inSinglePrecision() {
    Map<String, Tensor> singles = new TreeMap<>();
    tensors.forEach(
        (name, tensor) -> singles.put(name, new Tensor(tensor.shape(), tensor.values())));
    return new WeightedNetwork(architecture, singles);
  }

  /** Returns whether weights are in half precision. */
  public boolean isHalfPrecision() {
    return tensors.values().stream().anyMatch(tensor -> tensor.type() == ElementType.F16);
  }

  /** Reads a file that describes itself, or is of EDM2's own networks. */
  public static WeightedNetwork read(Path file) {
    return read(file, Optional.empty());
  }

  /**
   * Reads a safetensors file, or a state dict that PyTorch wrote, of which nothing is run. The
   * architecture is the given one, else that of the metadata, else one of EDM2's (see {@link
   * Edm2Architecture}).
   *
   * @param given the architecture, for files that do not tell it
   * @throws InvalidTensorFileException if the file is damaged or its tensors are not those of the
   *     architecture
   */
  public static WeightedNetwork read(Path file, Optional<ArchitectureSpec> given) {
    TensorFile content =
        isPyTorch(file) ? PyTorchFile.read(file, bytes -> {}) : Safetensors.read(file);
    Map<String, String> metadata = content.metadata();
    boolean prefixed = content.tensors().keySet().stream().anyMatch(n -> n.startsWith(PREFIX));
    Map<String, Tensor> tensors = prefixed ? content.under(PREFIX) : content.tensors();
    boolean told =
        metadata.containsKey(ArchitectureYaml.JSON_KEY) || metadata.containsKey("img_resolution");
    ArchitectureSpec architecture =
        given.orElseGet(
            () ->
                told
                    ? ArchitectureYaml.fromMetadata(metadata, file.toString())
                    : Edm2Architecture.of(file, tensors));
    WeightedNetwork network = new WeightedNetwork(architecture, tensors);
    network.requireTensors(file, prefixed ? PREFIX : "");
    return network;
  }

  private static boolean isPyTorch(Path file) {
    Safetensors.requireRegular(file);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(3);
      boolean zip = start.length > 1 && start[0] == 'P' && start[1] == 'K';
      // A pickle's protocol byte; as the length of a safetensors header it is followed by others.
      boolean pickle =
          start.length > 2 && start[0] == (byte) 0x80 && start[1] == 2 && start[2] == (byte) 0x8a;
      return zip || pickle;
    } catch (IOException e) {
      throw new InvalidTensorFileException(file, "cannot be read: " + AtomicFile.reason(e), e);
    }
  }

  private void requireTensors(Path file, String prefix) {
    TensorShapes.require(file, prefix, UNetLayout.of(architecture).parameters(), tensors);
  }
}
