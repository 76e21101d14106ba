package org.edm2search.eval.fid;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.edm2search.model.checkpoint.InvalidTensorFileException;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.TensorFile;

/**
 * A file of features: weights of a classifier as safetensors, and as metadata what it sees, what it
 * was trained on and how good it is.
 *
 * @param name letters, digits, dots, underscores and hyphens
 * @param shape of the network
 * @param task that it learnt
 * @param data name and digest of the images it was trained on
 * @param accuracy share of right answers on held-out images
 * @param heldOut number of these
 * @param weights by name
 */
public record TrainedFeatures(
    String name,
    FeatureNetwork shape,
    FeatureTask task,
    String data,
    double accuracy,
    int heldOut,
    Map<String, Tensor> weights) {

  private static final String FORMAT = "edm2-search features 1";
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  public TrainedFeatures {
    requireName(name);
    if (!(accuracy >= 0 && accuracy <= 1) || heldOut < 1) {
      throw new IllegalArgumentException(
          "the accuracy must be between 0 and 1 on at least one image, but is %s on %d"
              .formatted(accuracy, heldOut));
    }
    weights = Map.copyOf(weights);
  }

  /**
   * Checks a name, which is also that of a file.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static void requireName(String name) {
    if (!name.matches(NAME)) {
      throw new IllegalArgumentException(
          "a name of features has at most 64 letters, digits, dots, underscores and hyphens, and"
              + " begins with a letter or digit, but is '%s'".formatted(name));
    }
  }

  /** Returns the number of answers it tells apart; chance is one over it. */
  public int answers() {
    return shape.classes();
  }

  /** Returns what it sees, such as {@code colour images of 32x32}. */
  public String sees() {
    return "%s images of %dx%d"
        .formatted(shape.channels() == 1 ? "grey" : "colour", shape.size(), shape.size());
  }

  /**
   * Reads a file.
   *
   * @throws InvalidFeaturesException if it is missing, damaged or something else
   */
  public static TrainedFeatures read(Path file) {
    try {
      TensorFile content = Safetensors.read(file);
      Map<String, String> metadata = content.metadata();
      if (!FORMAT.equals(metadata.get("format"))) {
        throw new InvalidFeaturesException(
            file + ": is no file of features, as 'edm2-search features train' writes them");
      }
      return new TrainedFeatures(
          metadata.getOrDefault("name", ""),
          new FeatureNetwork(
              number(metadata, "channels"), number(metadata, "size"), number(metadata, "answers")),
          FeatureTask.valueOf(metadata.getOrDefault("task", "").toUpperCase(Locale.ROOT)),
          metadata.getOrDefault("data", ""),
          Double.parseDouble(metadata.getOrDefault("accuracy", "")),
          number(metadata, "held_out_images"),
          content.tensors());
    } catch (InvalidTensorFileException e) {
      throw new InvalidFeaturesException(e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new InvalidFeaturesException("%s: is damaged: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static int number(Map<String, String> metadata, String key) {
    return Integer.parseInt(metadata.getOrDefault(key, ""));
  }

  /**
   * Writes a file, all or nothing.
   *
   * @throws org.edm2search.space.base.Edm2SearchException if that fails
   */
  public void write(Path file) {
    Map<String, String> metadata =
        Map.of(
            "format", FORMAT,
            "name", name,
            "channels", Integer.toString(shape.channels()),
            "size", Integer.toString(shape.size()),
            "answers", Integer.toString(shape.classes()),
            "task", task.toString(),
            "data", data,
            "accuracy", Double.toString(accuracy),
            "held_out_images", Integer.toString(heldOut));
    Safetensors.write(file, new TensorFile(metadata, weights));
  }
}
