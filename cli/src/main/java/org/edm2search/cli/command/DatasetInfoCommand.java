package org.edm2search.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.TextTable;
import org.edm2search.data.InvalidDatasetException;
import org.edm2search.data.format.DatasetFormat;
import org.edm2search.data.format.FileDataset;
import org.edm2search.data.format.UnreadImages;
import org.edm2search.data.source.DataChoice;
import org.edm2search.eval.ImageGrid;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what is in a data set. */
@Command(
    name = "info",
    description = {
      "Print what a data set holds: format, images, resolution, channels, classes, digest.",
      "Every image's header is checked, and everything is read once; what came out is remembered in"
          + " the user's cache."
    },
    footer = {
      "  edm2-search dataset info photos-64.zip --grid photos.png",
      "  edm2-search dataset info photos-64.zip --full              before a long campaign",
      "  edm2-search dataset info cifar-10-batches-bin/ --json"
    })
final class DatasetInfoCommand implements Callable<Integer> {

  private static final int COLUMNS = 10;
  private static final int ROWS = 6;
  private static final int CLASSES_SHOWN = 20;
  private static final int DAMAGED_SHOWN = 20;

  private final Console console;

  @Parameters(paramLabel = "PATH", description = "A directory or file.")
  private Path path;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "To read it as: ${COMPLETION-CANDIDATES}. Default: what is there.")
  private DatasetFormat format;

  @Option(
      names = "--channels",
      paramLabel = "N",
      description = "1 or 3, where grey and colour images are mixed.")
  private Integer channels;

  @Option(
      names = "--grid",
      paramLabel = "FILE.png",
      description = "Write 60 images from all over the data set.")
  private Path grid;

  @Option(
      names = "--full",
      description =
          "Also decode every image and check the checksums of a zip. Exit code 2 if one is damaged.")
  private boolean full;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public DatasetInfoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    try (FileDataset images = open()) {
      Optional<FileDataset.Inspection> inspection =
          full ? Optional.of(inspect(images)) : Optional.empty();
      if (grid != null) {
        writeGrid(images);
      }
      if (json) {
        printJson(images, inspection);
      } else {
        print(images);
        inspection.ifPresent(this::print);
        if (inspection.isEmpty() && images.format().encoded()) {
          console.remark(
              "not counted: images with transparency, of more than 8 bits or turned by a mark, and damaged"
                  + " ones; --full decodes all images");
        }
      }
      UnreadImages.sentence(path, images.format()).ifPresent(left -> console.remark("%s", left));
      inspection.ifPresent(found -> requireWhole(images, found));
    }
    return 0;
  }

  private FileDataset.Inspection inspect(FileDataset images) {
    try (DatasetLine line = DatasetLine.on(console)) {
      return images.inspect(line);
    }
  }

  private void print(FileDataset.Inspection inspection) {
    console.print("");
    List<String> sentences = inspection.adjustments().sentences("(data.background)");
    sentences.forEach(line -> console.print("%s", line));
    inspection.damaged().stream()
        .limit(DAMAGED_SHOWN)
        .forEach(line -> console.print("damaged: %s", line));
    if (inspection.damaged().isEmpty()) {
      console.print("every image can be decoded");
    }
  }

  private void requireWhole(FileDataset images, FileDataset.Inspection inspection) {
    int damaged = inspection.damaged().size();
    if (damaged > 0) {
      throw new InvalidDatasetException(
          path.toString(),
          "%d of %d images cannot be read; mend them, or leave them out by 'edm2-search dataset convert %s NEW.zip --resolution %d --on-error skip'"
              .formatted(damaged, images.count(), path, images.resolution()));
    }
  }

  private FileDataset open() {
    FileDataset.Request request;
    try {
      request =
          new FileDataset.Request(
              Optional.ofNullable(format),
              OptionalInt.empty(),
              channels == null ? OptionalInt.empty() : OptionalInt.of(channels));
    } catch (IllegalArgumentException e) {
      throw new InvalidUseException("--" + e.getMessage(), e);
    }
    try (DatasetLine line = DatasetLine.on(console)) {
      return FileDataset.open(path, request, DataChoice.userCache(), line);
    }
  }

  private void writeGrid(FileDataset images) throws IOException {
    int shown = Math.min(ROWS * COLUMNS, images.count());
    int[] spread =
        IntStream.range(0, shown).map(i -> (int) ((long) i * images.count() / shown)).toArray();
    Files.createDirectories(grid.toAbsolutePath().getParent());
    Files.write(grid, ImageGrid.png(images.read(spread), Math.min(COLUMNS, shown)));
  }

  private void print(FileDataset images) {
    console.print("%s", path);
    console.print("format      %s", images.format().words());
    console.print("images      %,d", images.count());
    console.print("resolution  %dx%d", images.resolution(), images.resolution());
    console.print(
        "channels    %d (%s)", images.channels(), images.channels() == 1 ? "grey" : "RGB");
    console.print("classes     %s", images.classes().isEmpty() ? "none" : images.classes().size());
    console.print("digest      %s", images.digest());
    if (grid != null) {
      console.print("grid        %s", grid);
    }
    printClasses(images);
  }

  private void printClasses(FileDataset images) {
    if (images.classes().isEmpty()) {
      return;
    }
    TextTable table = new TextTable("label", "<class", "images");
    long[] counts = images.classCounts();
    int shown = Math.min(CLASSES_SHOWN, counts.length);
    for (int i = 0; i < shown; i++) {
      table.row(
          Integer.toString(i),
          images.classes().get(i),
          String.format(Locale.ROOT, "%,d", counts[i]));
    }
    console.print("");
    console.printText(table.toString());
    if (shown < counts.length) {
      console.remark("and %d more classes: --json lists all", counts.length - shown);
    }
  }

  private void printJson(FileDataset images, Optional<FileDataset.Inspection> inspection) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("path", path.toString());
    answer.put("format", images.format().toString());
    answer.put("images", images.count());
    answer.put("resolution", images.resolution());
    answer.put("channels", images.channels());
    answer.put("classes", images.classes());
    answer.put("class_counts", images.classCounts());
    answer.put("digest", images.digest());
    inspection.ifPresent(
        found -> {
          answer.put("transparent", found.adjustments().transparent());
          answer.put("over_8_bits", found.adjustments().deep());
          answer.put("turned", found.adjustments().turned());
          answer.put("damaged", found.damaged());
        });
    console.printJson(answer);
  }
}
