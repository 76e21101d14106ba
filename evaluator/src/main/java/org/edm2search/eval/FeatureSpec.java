package org.edm2search.eval;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.edm2search.data.ImageDataset;
import org.edm2search.eval.fid.InvalidFeaturesException;
import org.edm2search.eval.onnx.ImageInput;
import org.edm2search.eval.onnx.Resize;
import org.edm2search.space.yaml.Section;

/** What images are measured in. */
public sealed interface FeatureSpec {

  /** The classifier that comes with the program. */
  FeatureSpec BUILTIN = new Builtin();

  /** The network of the canonical FID. */
  FeatureSpec INCEPTION = new Inception();

  /** The classifier that comes with the program. */
  record Builtin() implements FeatureSpec {
    @Override
    public String toString() {
      return "builtin";
    }
  }

  /** Inception-v3, whose weights the user supplies. */
  record Inception() implements FeatureSpec {
    @Override
    public String toString() {
      return "inception";
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
            "the built-in features see colour images as grey ones of 32x32: scores say nothing about"
                + " colour and detail; give evaluation.features an extractor for such images")
        : Optional.empty();
  }

  /**
   * Returns the features of a name on the command line: {@code builtin}, {@code inception} or an
   * ONNX file.
   *
   * @throws InvalidFeaturesException for any other
   */
  static FeatureSpec named(String name) {
    if (name.equals(BUILTIN.toString())) {
      return BUILTIN;
    }
    if (name.equals(INCEPTION.toString())) {
      return INCEPTION;
    }
    if (name.toLowerCase(Locale.ROOT).endsWith(".onnx")) {
      return new Onnx(Path.of(name), ImageInput.DEFAULT, Optional.empty());
    }
    throw new InvalidFeaturesException(
        "features must be builtin, inception or a file FILE.onnx, but are '%s'".formatted(name));
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
    String name =
        section.oneOf(key, List.of(BUILTIN.toString(), INCEPTION.toString()), BUILTIN.toString());
    return name.equals(BUILTIN.toString()) ? BUILTIN : INCEPTION;
  }

  private static FeatureSpec onnx(Section section) {
    Path file = Path.of(section.string("onnx"));
    if (!Files.isRegularFile(file)) {
      throw section.error("onnx", "must be an ONNX file, but there is none at " + file);
    }
    int size = section.integer("size", 0);
    if (section.has("size") && size < 1) {
      throw section.error("size", "must be between 1 and " + ImageInput.MAX_SIZE);
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
