package org.edm2search.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.edm2search.cli.output.Console;
import org.edm2search.data.format.DatasetConversion;
import org.edm2search.data.format.DatasetFormat;
import org.edm2search.data.format.ImageSizes;
import org.edm2search.data.format.UnreadImages;
import org.edm2search.data.image.Background;
import org.edm2search.data.image.Crop;
import org.edm2search.data.source.DataChoice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a zip to train on. */
@Command(
    name = "convert",
    description = {
      "Make a zip of equal squares out of images of any size: a folder with a directory for each"
          + " class, a flat folder, a zip, CIFAR, IDX or NumPy.",
      "The zip has EDM2's layout: uncompressed PNG, labels in dataset.json. Crops equal Pillow's byte"
          + " for byte. It appears when it is whole.",
      "Transparent pixels show --background, 16 bits a channel are cut to 8, orientation marks (Exif)"
          + " are followed; how many images that was is printed. Colour profiles are ignored."
    },
    footer = {
      "  edm2-search dataset convert photos/ photos-64.zip --resolution 64",
      "  edm2-search dataset convert imagenet/train imagenet-64.zip --resolution 64 --on-error skip"
    })
final class DatasetConvertCommand implements Callable<Integer> {

  /** What to do about an image that cannot be read. */
  private enum OnError {
    STOP,
    SKIP;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Console console;

  @Parameters(index = "0", paramLabel = "SOURCE", description = "A directory or file.")
  private Path source;

  @Parameters(index = "1", paramLabel = "DEST.zip", description = "The zip to write.")
  private Path destination;

  @Option(
      names = "--resolution",
      paramLabel = "N",
      description =
          "Rows and columns, pixels. Default: as the images, where they are squares of one size.")
  private Integer resolution;

  @Option(
      names = "--crop",
      paramLabel = "HOW",
      defaultValue = "center-crop-dhariwal",
      description =
          "How images become squares: ${COMPLETION-CANDIDATES}. The last is ADM's, which published"
              + " ImageNet results use. Default: ${DEFAULT-VALUE}.")
  private Crop crop;

  @Option(
      names = "--channels",
      paramLabel = "N",
      defaultValue = "3",
      description = "3 for RGB, 1 for grey. Default: ${DEFAULT-VALUE}.")
  private int channels;

  @Option(
      names = "--background",
      paramLabel = "COLOUR",
      defaultValue = "white",
      description =
          "What transparent pixels show: white, black, grey or #rrggbb. Default: ${DEFAULT-VALUE}.")
  private String background;

  @Option(
      names = "--on-error",
      paramLabel = "WHAT",
      defaultValue = "stop",
      description =
          "When an image cannot be read: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private OnError onError;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "Of the source: ${COMPLETION-CANDIDATES}. Default: what is there.")
  private DatasetFormat format;

  @Option(names = "--overwrite", description = "Replace DEST.zip if it exists.")
  private boolean overwrite;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  public DatasetConvertCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (Files.exists(destination) && (!overwrite || Files.isDirectory(destination))) {
      throw new InvalidUseException(destination + " exists; --overwrite replaces a file");
    }
    DatasetFormat known = format != null ? format : DatasetFormat.of(source);
    DatasetConversion.Result result;
    int size;
    try (DatasetLine line = DatasetLine.on(console)) {
      size =
          resolution == null
              ? ImageSizes.common(source, known, DataChoice.userCache(), line)
              : resolution;
      result =
          conversion(size)
              .convert(
                  source,
                  Optional.of(known),
                  destination,
                  DataChoice.userCache(),
                  line,
                  reason -> line.print("skipped: " + reason));
    }
    print(result, size);
    UnreadImages.sentence(source, known).ifPresent(left -> console.remark("%s", left));
    return 0;
  }

  private DatasetConversion conversion(int size) {
    try {
      return new DatasetConversion(
          size, channels, crop, Background.parse(background), onError == OnError.SKIP);
    } catch (IllegalArgumentException e) {
      throw new InvalidUseException(e.getMessage(), e);
    }
  }

  private void print(DatasetConversion.Result result, int size) {
    if (json) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("file", destination.toString());
      answer.put("images", result.written());
      answer.put("skipped", result.skipped());
      answer.put("resolution", size);
      answer.put("classes", result.classes());
      answer.put("transparent", result.adjustments().transparent());
      answer.put("over_8_bits", result.adjustments().deep());
      answer.put("turned", result.adjustments().turned());
      console.printJson(answer);
      return;
    }
    console.print(
        "%,d images of %d classes, %dx%d: %s%s",
        result.written(),
        result.classes(),
        size,
        size,
        destination,
        result.skipped() == 0 ? "" : " (%,d skipped)".formatted(result.skipped()));
    result.adjustments().sentences(background).forEach(line -> console.remark("%s", line));
    if (Integer.bitCount(size) != 1) {
      console.remark("EDM2's own programs take powers of two only, and %d is none", size);
    }
  }
}
