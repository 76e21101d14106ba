package org.edm2search.model.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.edm2search.model.sampling.Guidance;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.ArchitectureYaml;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

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

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  public ModelBundle {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    if (guide.isPresent() != (sampler.guidance() instanceof Guidance.Autoguidance)) {
      throw new IllegalArgumentException(
          "a guide comes with a guidance weight other than 1 for autoguidance");
    }
    ArchitectureSpec main = model.architecture();
    if (sampler.guidance() instanceof Guidance.ClassifierFree && main.labelDim() == 0) {
      throw new IllegalArgumentException("classifier-free guidance needs a network with classes");
    }
    if (!sampler.classes().isEmpty() && sampler.classes().size() != main.labelDim()) {
      throw new IllegalArgumentException(
          "the network has %d classes, but %d are named"
              .formatted(main.labelDim(), sampler.classes().size()));
    }
    guide.map(WeightedNetwork::architecture).ifPresent(worse -> requireSameImages(main, worse));
  }

  private static void requireSameImages(ArchitectureSpec main, ArchitectureSpec guide) {
    if (guide.imgResolution() != main.imgResolution()
        || guide.imgChannels() != main.imgChannels()
        || (guide.labelDim() != 0 && guide.labelDim() != main.labelDim())) {
      throw new IllegalArgumentException(
          "model and guide must draw the same images, but are for %s and %s"
              .formatted(images(main), images(guide)));
    }
  }

  private static String images(ArchitectureSpec spec) {
    return "%1$dx%1$d pixels, %2$d channels, %3$d classes"
        .formatted(spec.imgResolution(), spec.imgChannels(), spec.labelDim());
  }

  /**
   * Writes the bundle: the directory appears complete or not at all. An older bundle there is
   * replaced, anything else refused.
   *
   * @param directory to write
   * @param samplesPng a grid of samples, PNG
   * @param modelCard Markdown, given the names of all other files
   * @param further files besides those of every bundle
   * @throws Edm2SearchException if it cannot be written there
   */
  public void write(
      Path directory,
      byte[] samplesPng,
      Function<Set<String>, String> modelCard,
      List<BundleFile> further) {
    BundleDirectory.write(
        directory,
        folder -> {
          model.write(folder.resolve(BundleDirectory.MODEL));
          guide.ifPresent(worse -> worse.write(folder.resolve(BundleDirectory.GUIDE)));
          BundleDirectory.writeText(
              folder.resolve(BundleDirectory.ARCHITECTURE),
              ArchitectureYaml.write(model.architecture()));
          BundleDirectory.writeText(
              folder.resolve(BundleDirectory.SAMPLER), SamplerJson.write(sampler));
          BundleDirectory.writeText(
              folder.resolve(BundleDirectory.METRICS), JSON.writeValueAsString(metrics));
          BundleDirectory.writeBytes(folder.resolve(BundleDirectory.SAMPLES), samplesPng);
          further.forEach(file -> file.content().accept(folder.resolve(file.name())));
          String card = modelCard.apply(Set.copyOf(BundleDirectory.names(folder)));
          BundleDirectory.writeText(folder.resolve(BundleDirectory.CARD), card);
        });
  }

  /** Returns whether a directory holds a bundle. */
  public static boolean isBundle(Path directory) {
    return BundleDirectory.isBundle(directory);
  }

  /**
   * Reads a bundle and checks that its files belong together.
   *
   * @throws Edm2SearchException if a file is missing, damaged or contradicts another
   */
  public static ModelBundle read(Path directory) {
    if (!isBundle(directory)) {
      throw new Edm2SearchException(
          "%s is not a bundle: it needs %s and %s"
              .formatted(directory, BundleDirectory.MODEL, BundleDirectory.SAMPLER));
    }
    BundleDirectory.verifySums(directory);
    WeightedNetwork model = WeightedNetwork.read(directory.resolve(BundleDirectory.MODEL));
    Path guide = directory.resolve(BundleDirectory.GUIDE);
    requireArchitecture(directory.resolve(BundleDirectory.ARCHITECTURE), model.architecture());
    SamplerConfig sampler = SamplerJson.read(directory.resolve(BundleDirectory.SAMPLER));
    try {
      return new ModelBundle(
          model,
          Files.exists(guide) ? Optional.of(WeightedNetwork.read(guide)) : Optional.empty(),
          sampler,
          metrics(directory));
    } catch (IllegalArgumentException e) {
      throw new Edm2SearchException(directory + ": " + e.getMessage(), e);
    }
  }

  /**
   * Requires a directory to be a bundle, or empty, without anything else in it.
   *
   * @throws Edm2SearchException if something would be lost by replacing it
   */
  public static void requireReplaceable(Path directory) throws IOException {
    BundleDirectory.requireReplaceable(directory);
  }

  /**
   * Reads how images are drawn from a bundle, and nothing else of it.
   *
   * @throws Edm2SearchException if that file is missing or wrong
   */
  public static SamplerConfig sampler(Path directory) {
    return SamplerJson.read(directory.resolve(BundleDirectory.SAMPLER));
  }

  /**
   * Requires every file of a bundle to be the one that was written, but for the card, which gets
   * its license.
   *
   * @throws Edm2SearchException naming a file that is missing, damaged, edited or not listed
   */
  public static void requireUnchanged(Path directory) {
    BundleDirectory.requireUnchanged(directory);
  }

  private static void requireArchitecture(Path file, ArchitectureSpec expected) {
    BundleDirectory.readText(file);
    if (!ArchitectureYaml.load(file).canonical().equals(expected.canonical())) {
      throw new Edm2SearchException(
          "%s: is another architecture than that of %s".formatted(file, BundleDirectory.MODEL));
    }
  }

  /**
   * Reads the numbers of a bundle, and nothing else of it.
   *
   * @throws Edm2SearchException if that file is missing or no JSON object
   */
  public static Map<String, Object> metrics(Path directory) {
    Path file = directory.resolve(BundleDirectory.METRICS);
    try {
      Map<String, Object> metrics =
          JSON.readValue(
              BundleDirectory.readText(file),
              new TypeReference<LinkedHashMap<String, Object>>() {});
      if (metrics == null) {
        throw new Edm2SearchException(file + ": is not a JSON object, but null");
      }
      return metrics;
    } catch (JacksonException e) {
      throw new Edm2SearchException(
          file + ": is not a JSON object: " + e.getOriginalMessage().lines().findFirst().orElse(""),
          e);
    }
  }
}
