package org.edm2search.data.format;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.edm2search.data.DatasetProgress;
import org.edm2search.data.InvalidDatasetException;
import org.edm2search.data.image.Background;
import org.edm2search.data.image.ImageHeader;

/** The sizes of a data set's images, by their headers. */
public final class ImageSizes {

  private static final int SHOWN = 4;

  private ImageSizes() {}

  /**
   * Returns rows and columns of images that are all squares of one size; those that cannot be read
   * do not count.
   *
   * @param format to read the source as
   * @param cache for what must be unpacked
   * @param progress told of images done
   * @throws InvalidDatasetException naming the sizes if there are several, or none is a square
   */
  public static int common(
      Path source, DatasetFormat format, DatasetCache cache, DatasetProgress progress) {
    Map<String, Integer> sizes = new TreeMap<>();
    int square = 0;
    try (ImageCollection images =
        format.open(source, OptionalInt.empty(), Background.WHITE, cache)) {
      for (int index = 0; index < images.count(); index++) {
        Optional<ImageHeader> header = header(images, index);
        if (header.isPresent()) {
          int width = header.get().width();
          sizes.merge("%d×%d".formatted(width, header.get().height()), 1, Integer::sum);
          square = width == header.get().height() ? width : 0;
        }
        progress.at("looking at sizes", index + 1, images.count());
      }
    } catch (IOException e) {
      throw new InvalidDatasetException(source.toString(), DatasetFacts.message(e), e);
    }
    if (sizes.isEmpty()) {
      throw new InvalidDatasetException(source.toString(), "has no image that can be read");
    }
    if (sizes.size() > 1 || square == 0) {
      throw new InvalidDatasetException(
          source.toString(),
          "has images of %s, not of one square size; say --resolution N".formatted(words(sizes)));
    }
    return square;
  }

  private static Optional<ImageHeader> header(ImageCollection images, int index) {
    try {
      return Optional.of(images.header(index));
    } catch (IOException e) {
      return Optional.empty(); // whoever converts it will say so
    }
  }

  /** The most frequent first. */
  private static String words(Map<String, Integer> sizes) {
    String most =
        sizes.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .limit(SHOWN)
            .map(size -> "%s (%d of them)".formatted(size.getKey(), size.getValue()))
            .collect(Collectors.joining(", "));
    return sizes.size() <= SHOWN
        ? most
        : "%s and %d more sizes".formatted(most, sizes.size() - SHOWN);
  }
}
