package org.edm2search.model.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.edm2search.space.Edm2SearchException;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.yaml.ArchitectureYaml;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An exported model: a directory that another program, or another machine, can draw images from.
 *
 * <ul>
 *   <li>{@code model.safetensors} averaged weights; the architecture in its metadata
 *   <li>{@code guide.safetensors} the guide of autoguidance, if there is one
 *   <li>{@code architecture.yaml}, {@code sampler.json}, {@code metrics.json}, {@code samples.png},
 *       {@code README.md} (the model card), {@code SHA256SUMS}
 * </ul>
 *
 * @param model the network
 * @param guide the guide of autoguidance
 * @param sampler how to draw images
 * @param metrics numbers and texts by name, as JSON values
 */
public record ModelBundle(
    WeightedNetwork model,
    Optional<WeightedNetwork> guide,
    SamplerConfig sampler,
    Map<String, Object> metrics) {

  private static final String MODEL = "model.safetensors";
  private static final String GUIDE = "guide.safetensors";
  private static final String SAMPLER = "sampler.json";
  private static final long MAX_JSON_BYTES = 1 << 20;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /**
   * A network's architecture with its tensors by stable name.
   *
   * @param architecture the network
   * @param tensors every tensor, Fourier buffers too
   */
  public record WeightedNetwork(ArchitectureSpec architecture, Map<String, Tensor> tensors) {

    public WeightedNetwork {
      tensors = Collections.unmodifiableMap(new TreeMap<>(tensors));
    }

    private void write(Path file) {
      Map<String, String> metadata = new TreeMap<>(ArchitectureYaml.toMetadata(architecture));
      metadata.put("format", "pt");
      Safetensors.write(file, new TensorFile(metadata, tensors));
    }

    private static WeightedNetwork read(Path file) {
      TensorFile content = Safetensors.read(file);
      return new WeightedNetwork(
          ArchitectureYaml.fromMetadata(content.metadata(), file.toString()), content.tensors());
    }
  }

  public ModelBundle {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    if (guide.isPresent() != (sampler.guidanceWeight() != 1)) {
      throw new IllegalArgumentException("a guide comes with a guidance weight other than 1");
    }
  }

  /**
   * Writes the bundle: the directory appears complete or not at all. An older bundle there is
   * replaced, anything else refused.
   *
   * @param directory to write
   * @param samplesPng a grid of samples, PNG
   * @param modelCard Markdown
   */
  public void write(Path directory, byte[] samplesPng, String modelCard) {
    Path target = directory.toAbsolutePath();
    try {
      if (Files.exists(target) && !isEmpty(target) && !isBundle(target)) {
        throw new Edm2SearchException(
            directory + " exists and is not a bundle; choose another directory");
      }
      Files.createDirectories(target.getParent());
      Path temporary = Files.createTempDirectory(target.getParent(), ".bundle");
      try {
        writeFiles(temporary, samplesPng, modelCard);
        deleteTree(target);
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        deleteTree(temporary);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeFiles(Path directory, byte[] samplesPng, String modelCard) throws IOException {
    model.write(directory.resolve(MODEL));
    if (guide.isPresent()) {
      guide.get().write(directory.resolve(GUIDE));
    }
    Files.writeString(
        directory.resolve("architecture.yaml"), ArchitectureYaml.write(model.architecture));
    Files.write(directory.resolve(SAMPLER), JSON.writeValueAsBytes(samplerJson()));
    Files.write(directory.resolve("metrics.json"), JSON.writeValueAsBytes(metrics));
    Files.write(directory.resolve("samples.png"), samplesPng);
    Files.writeString(directory.resolve("README.md"), modelCard);
    StringBuilder sums = new StringBuilder();
    for (Path file : files(directory)) {
      sums.append(sha256(file)).append("  ").append(file.getFileName()).append('\n');
    }
    Files.writeString(directory.resolve("SHA256SUMS"), sums.toString());
  }

  private ObjectNode samplerJson() {
    ObjectNode node = JSON.createObjectNode();
    node.put("sampler", "heun");
    node.put("steps", sampler.steps());
    node.put("sigma_min", sampler.sigmaMin());
    node.put("sigma_max", sampler.sigmaMax());
    node.put("rho", sampler.rho());
    node.put("guidance_weight", sampler.guidanceWeight());
    node.put("sigma_data", sampler.sigmaData());
    node.put("decode", "trunc(clip(127.5 * x + 128, 0, 255))");
    sampler.classes().forEach(node.putArray("classes")::add);
    return node;
  }

  /** Returns whether a directory holds a bundle. */
  public static boolean isBundle(Path directory) {
    return Files.isRegularFile(directory.resolve(MODEL))
        && Files.isRegularFile(directory.resolve(SAMPLER));
  }

  /**
   * Reads a bundle.
   *
   * @throws Edm2SearchException if a file is missing or damaged
   */
  public static ModelBundle read(Path directory) {
    if (!isBundle(directory)) {
      throw new Edm2SearchException(
          "%s is not a bundle: it needs %s and %s".formatted(directory, MODEL, SAMPLER));
    }
    Path guide = directory.resolve(GUIDE);
    try {
      return new ModelBundle(
          WeightedNetwork.read(directory.resolve(MODEL)),
          Files.exists(guide) ? Optional.of(WeightedNetwork.read(guide)) : Optional.empty(),
          sampler(directory.resolve(SAMPLER)),
          Map.of());
    } catch (IllegalArgumentException e) {
      throw new Edm2SearchException(directory + ": " + e.getMessage(), e);
    }
  }

  private static SamplerConfig sampler(Path file) {
    try {
      if (Files.size(file) > MAX_JSON_BYTES) {
        throw new Edm2SearchException(file + ": is larger than 1 MiB");
      }
      JsonNode node = JSON.readTree(Files.readString(file));
      List<String> classes = new ArrayList<>();
      node.path("classes").forEach(name -> classes.add(name.asString("")));
      return new SamplerConfig(
          (int) number(file, node, "steps"),
          number(file, node, "sigma_min"),
          number(file, node, "sigma_max"),
          number(file, node, "rho"),
          number(file, node, "guidance_weight"),
          number(file, node, "sigma_data"),
          classes);
    } catch (JacksonException e) {
      throw new Edm2SearchException(file + ": " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double number(Path file, JsonNode node, String key) {
    if (!node.path(key).isNumber()) {
      throw new Edm2SearchException("%s: '%s' must be a number".formatted(file, key));
    }
    return node.path(key).asDouble();
  }

  private static boolean isEmpty(Path directory) throws IOException {
    return Files.isDirectory(directory) && files(directory).isEmpty();
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  private static void deleteTree(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static String sha256(Path file) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
