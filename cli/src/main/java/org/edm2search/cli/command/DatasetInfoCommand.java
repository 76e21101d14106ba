package org.edm2search.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.TextTable;
import org.edm2search.data.format.DatasetFormat;
import org.edm2search.data.format.FileDataset;
import org.edm2search.data.source.DataChoice;
import org.edm2search.eval.ImageGrid;
import org.edm2search.pipeline.trial.Json;
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
      "  edm2-search dataset info cifar-10-batches-bin/ --json"
    })
public final class DatasetInfoCommand implements Callable<Integer> {

  private static final int COLUMNS = 10;
  private static final int ROWS = 6;
  private static final int CLASSES_SHOWN = 20;

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

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public DatasetInfoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    try (FileDataset images = open()) {
      if (grid != null) {
        writeGrid(images);
      }
      if (json) {
        printJson(images);
      } else {
        print(images);
      }
    }
    return 0;
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

  private void printJson(FileDataset images) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("path", path.toString());
    answer.put("format", images.format().toString());
    answer.put("images", images.count());
    answer.put("resolution", images.resolution());
    answer.put("channels", images.channels());
    answer.put("classes", images.classes());
    answer.put("class_counts", images.classCounts());
    answer.put("digest", images.digest());
    console.printText(Json.write(answer));
  }
}
