package org.edm2search.data.source;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.edm2search.data.DatasetProgress;
import org.edm2search.data.HeldOutImages;
import org.edm2search.data.ImageDataset;
import org.edm2search.data.format.DatasetCache;
import org.edm2search.data.format.DatasetFormat;
import org.edm2search.data.format.FashionMnist;
import org.edm2search.data.format.FileDataset;
import org.edm2search.data.image.Background;
import org.edm2search.space.yaml.Section;

/**
 * What to train on and to compare with: a campaign's {@code data} section.
 *
 * @param source of the images
 * @param classConditional whether networks are told the class
 * @param heldOut share of the user's images that a campaign with rungs sets aside, if it says
 */
public record DataChoice(Source source, boolean classConditional, OptionalDouble heldOut) {

  private static final double DEFAULT_HELD_OUT = 0.05;

  private static final List<Integer> RESOLUTIONS = List.of(4, 8, 16, 32);
  private static final int DEFAULT_RESOLUTION = 16;

  /** Where images come from. */
  public sealed interface Source {}

  /**
   * Fashion-MNIST.
   *
   * @param resolution rows and columns, pixels
   */
  public record BuiltIn(int resolution) implements Source {}

  /**
   * The user's files.
   *
   * @param path of a directory or file
   * @param request what they must be
   */
  public record UserFiles(Path path, FileDataset.Request request) implements Source {}

  /** Returns the built-in data set. */
  public static DataChoice builtIn(int resolution, boolean classConditional) {
    return new DataChoice(new BuiltIn(resolution), classConditional, OptionalDouble.empty());
  }

  /** Returns images in the user's files. */
  public static DataChoice ofFiles(Path path, FileDataset.Request request) {
    return new DataChoice(new UserFiles(path, request), true, OptionalDouble.empty());
  }

  /** Reads the section and rejects unknown keys. Files must exist, but are not looked into. */
  public static DataChoice read(Section section) {
    String dataset = section.string("dataset");
    Source source =
        dataset.equals(FashionMnist.NAME) ? builtIn(section) : userFiles(section, dataset);
    DataChoice choice =
        new DataChoice(source, section.bool("class_conditional", true), heldOut(section, source));
    section.rejectUnknown();
    return choice;
  }

  private static OptionalDouble heldOut(Section section, Source source) {
    if (source instanceof BuiltIn || !section.has("held_out")) {
      return OptionalDouble.empty(); // the built-in data set has test images, so the key is unknown
    }
    double share = section.number("held_out");
    if (!(share > 0 && share <= 0.5)) {
      throw section.error("held_out", "must be above 0 and at most 0.5, but is " + share);
    }
    return OptionalDouble.of(share);
  }

  private static Source builtIn(Section section) {
    int resolution = section.integer("resolution", DEFAULT_RESOLUTION);
    if (!RESOLUTIONS.contains(resolution)) {
      throw section.error(
          "resolution", "must be 4, 8, 16 or 32 pixels, but is %d".formatted(resolution));
    }
    return new BuiltIn(resolution);
  }

  private static Source userFiles(Section section, String dataset) {
    Path path = existing(section, dataset);
    OptionalInt resolution = OptionalInt.empty();
    if (section.has("resolution")) {
      resolution = OptionalInt.of(section.integer("resolution"));
      if (resolution.getAsInt() < 2 || resolution.getAsInt() > 1024) {
        throw section.error(
            "resolution",
            "must be between 2 and 1024 pixels, but is %d".formatted(resolution.getAsInt()));
      }
    }
    OptionalInt channels =
        section.has("channels")
            ? OptionalInt.of(Integer.parseInt(section.oneOf("channels", List.of("1", "3"))))
            : OptionalInt.empty();
    Optional<DatasetFormat> format =
        section.has("format")
            ? Optional.of(section.choice("format", DatasetFormat.class))
            : Optional.empty();
    return new UserFiles(
        path, new FileDataset.Request(format, resolution, channels, background(section)));
  }

  private static Background background(Section section) {
    try {
      return section.has("background")
          ? Background.parse(section.string("background"))
          : Background.WHITE;
    } catch (IllegalArgumentException e) {
      throw section.error(
          "background", String.valueOf(e.getMessage()).replaceFirst("^the background ", ""));
    }
  }

  private static Path existing(Section section, String dataset) {
    try {
      Path path = Path.of(dataset);
      if (Files.exists(path)) {
        return path;
      }
    } catch (InvalidPathException e) {
      // Then there is no such file either.
    }
    throw section.error(
        "dataset",
        "there is no file and no data set '%s': paths are relative to where the command is run, %s;"
                .formatted(dataset, Path.of("").toAbsolutePath())
            + " built in is "
            + FashionMnist.NAME);
  }

  /**
   * Opens the training images. Files are read through the first time, and that is remembered in the
   * user's cache.
   *
   * @param progress told how far that is
   */
  public ImageDataset load(DatasetProgress progress) {
    if (source instanceof UserFiles files) {
      return FileDataset.open(files.path(), files.request(), userCache(), progress);
    }
    return FashionMnist.load(FashionMnist.Split.TRAINING, ((BuiltIn) source).resolution());
  }

  /**
   * Opens images to train on and others to compare networks by: a share of the user's, 5 % unless
   * the section says otherwise, or the test images of the built-in data set.
   */
  public HeldOutImages loadHeldOut(DatasetProgress progress) {
    ImageDataset images = load(progress);
    return source instanceof BuiltIn builtIn
        ? new HeldOutImages(
            images, FashionMnist.load(FashionMnist.Split.TEST, builtIn.resolution()))
        : HeldOutImages.of(images, heldOut.orElse(DEFAULT_HELD_OUT));
  }

  /** Returns what is known about data sets on this machine. */
  public static DatasetCache userCache() {
    return DatasetCache.ofUser(System.getenv(), Path.of(System.getProperty("user.home", ".")));
  }

  /** Returns the number of classes a network is told of; 0 for unconditional networks. */
  public int labelDim(ImageDataset images) {
    return classConditional ? images.classes().size() : 0;
  }
}
