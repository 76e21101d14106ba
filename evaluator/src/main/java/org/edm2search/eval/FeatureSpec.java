package org.edm2search.eval;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.edm2search.data.ImageDataset;
import org.edm2search.data.source.DataChoice;
import org.edm2search.eval.fid.InvalidFeaturesException;
import org.edm2search.eval.onnx.ImageInput;
import org.edm2search.eval.onnx.Resize;
import org.edm2search.space.yaml.NearMiss;
import org.edm2search.space.yaml.Section;

/** What images are measured in. */
public sealed interface FeatureSpec {

  /** Names that no other features can have. */
  List<String> RESERVED = List.of(Builtin.NAME, Inception.NAME);

  /** The classifier that comes with the program. */
  record Builtin() implements FeatureSpec {

    private static final String NAME = "builtin";

    @Override
    public String toString() {
      return NAME;
    }
  }

  /** Inception-v3, the network of the canonical FID, whose weights the user supplies. */
  record Inception() implements FeatureSpec {

    private static final String NAME = "inception";

    @Override
    public String toString() {
      return NAME;
    }
  }

  /**
   * A small classifier that was trained on the user's data.
   *
   * @param file as {@code features train} writes it
   */
  record Trained(Path file) implements FeatureSpec {

    static final String SUFFIX = ".safetensors";

    /** Returns where features of a name are kept. */
    public static Path file(String name) {
      return directory().resolve(name + SUFFIX);
    }

    private static Path directory() {
      return DataChoice.userCache().directory().resolve("features");
    }

    /** Returns the names of features that are kept. */
    static List<String> names() {
      try (Stream<Path> files = Files.list(directory())) {
        return files
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(SUFFIX) && !name.startsWith("."))
            .map(name -> name.substring(0, name.length() - SUFFIX.length()))
            .sorted()
            .toList();
      } catch (IOException e) {
        return List.of();
      }
    }

    @Override
    public String toString() {
      return file.toString();
    }
  }

  /**
   * A network in an ONNX file.
   *
   * @param file the model
   * @param input what it wants to see
   * @param output name of the features; empty for the only output
   */
  record Onnx(Path file, ImageInput input, Optional<String> output) implements FeatureSpec {
    @Override
    public String toString() {
      return file.toString();
    }
  }

  /**
   * Returns what these features do not see of images, and what to do about it; empty if nothing.
   */
  default Optional<String> remark(ImageDataset images) {
    return this instanceof Builtin && images.channels() == 3
        ? Optional.of(
            "the built-in features see colour images as grey ones of 32x32: scores say nothing"
                + " about colour and detail; 'edm2-search features train DATASET' makes features"
                + " that see both, for evaluation.features")
        : Optional.empty();
  }

  /**
   * Returns the features of a name on the command line: {@code builtin}, {@code inception}, trained
   * features by their name or file, or an ONNX file.
   *
   * @throws InvalidFeaturesException for any other
   */
  static FeatureSpec named(String name) {
    if (name.equals(Builtin.NAME)) {
      return new Builtin();
    }
    if (name.equals(Inception.NAME)) {
      return new Inception();
    }
    if (name.toLowerCase(Locale.ROOT).endsWith(".onnx")) {
      return new Onnx(Path.of(name), ImageInput.DEFAULT, Optional.empty());
    }
    if (name.endsWith(Trained.SUFFIX)) {
      return new Trained(Path.of(name));
    }
    if (Trained.names().contains(name)) {
      return new Trained(Trained.file(name));
    }
    throw new InvalidFeaturesException(
        ("features must be builtin, inception, a file FILE.safetensors or FILE.onnx, or a name that"
                + " 'edm2-search features train' gave (%s), but are '%s'")
            .formatted(known(), name));
  }

  /**
   * Reads a key of a section: a name, or a section for a network in an ONNX file.
   *
   * @throws org.edm2search.space.yaml.InvalidConfigException naming the key and the rule
   */
  static FeatureSpec read(Section section, String key) {
    if (section.isSection(key)) {
      return onnx(section.section(key));
    }
    String name = section.has(key) ? section.string(key) : Builtin.NAME;
    if (name.endsWith(Trained.SUFFIX)) {
      if (!Files.isRegularFile(Path.of(name))) {
        throw section.error(key, "must be a file of features, but there is none at " + name);
      }
      return new Trained(Path.of(name));
    }
    List<String> names = new ArrayList<>(RESERVED);
    names.addAll(Trained.names());
    if (!names.contains(name) && NearMiss.of(name, names).isEmpty()) {
      throw section.error(
          key,
          "must be %s, a file or a name of 'edm2-search features train', but there are none of '%s'"
              .formatted(String.join(", ", names), name));
    }
    return named(section.oneOf(key, names, Builtin.NAME));
  }

  private static String known() {
    List<String> names = Trained.names();
    return names.isEmpty() ? "there are none yet" : String.join(", ", names);
  }

  private static FeatureSpec onnx(Section section) {
    Path file = Path.of(section.string("onnx"));
    if (!Files.isRegularFile(file)) {
      throw section.error("onnx", "must be an ONNX file, but there is none at " + file);
    }
    int size = section.integer("size", 0);
    if (section.has("size") && size < 1) {
      throw section.error(
          "size", "must be between 1 and %d, but is %d".formatted(ImageInput.MAX_SIZE, size));
    }
    Resize resize = section.choice("resize", Resize.class, Resize.BICUBIC);
    List<Double> mean = section.numbers("mean", ImageInput.IMAGENET_MEAN);
    List<Double> std = section.numbers("std", ImageInput.IMAGENET_STD);
    Optional<String> output =
        section.has("output") ? Optional.of(section.string("output")) : Optional.empty();
    section.rejectUnknown();
    try {
      return new Onnx(file, new ImageInput(size, resize, mean, std), output);
    } catch (IllegalArgumentException e) {
      throw section.error(e.getMessage());
    }
  }
}
