package org.edm2search.data.format;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.edm2search.data.DatasetProgress;
import org.edm2search.data.InvalidDatasetException;
import org.edm2search.data.image.Background;
import org.edm2search.data.image.Crop;
import org.edm2search.data.image.DecodedImage;
import org.edm2search.data.image.PixelImage;
import org.edm2search.data.image.PngFile;
import org.edm2search.space.base.Edm2SearchException;

/**
 * Makes a zip of equal squares, as EDM2 trains on, out of any data set.
 *
 * @param resolution rows and columns of the squares, pixels
 * @param channels 1 (grey) or 3 (RGB)
 * @param crop how images become squares
 * @param background behind transparent pixels
 * @param skipBroken whether images that cannot be read are left out, and not the end
 */
public record DatasetConversion(
    int resolution, int channels, Crop crop, Background background, boolean skipBroken) {

  public DatasetConversion {
    if (resolution < 2 || resolution > 1024) {
      throw new IllegalArgumentException(
          "the resolution must be between 2 and 1024 pixels, but is " + resolution);
    }
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("channels must be 1 or 3, but is " + channels);
    }
  }

  /**
   * What was done.
   *
   * @param written images
   * @param skipped images that could not be read
   * @param classes classes; 0 without
   * @param adjustments what was done to the written images besides cropping
   */
  public record Result(int written, int skipped, int classes, Adjustments adjustments) {}

  /** An image on its way. */
  private sealed interface Outcome {}

  /** A PNG file, and what it was made of. */
  private record Converted(byte[] png, DecodedImage source) implements Outcome {}

  /** Why there is none. */
  private record Unreadable(InvalidDatasetException failure) implements Outcome {}

  /**
   * Converts a data set. The destination appears whole or not at all.
   *
   * @param format to read the source as; found out without
   * @param destination zip file, replaced if it exists
   * @param cache for what must be unpacked
   * @param progress told of images done
   * @param skipped told why an image was left out
   * @throws Edm2SearchException if the destination cannot be written
   * @throws InvalidDatasetException if the source is unusable, or an image is and none is skipped
   */
  public Result convert(
      Path source,
      Optional<DatasetFormat> format,
      Path destination,
      DatasetCache cache,
      DatasetProgress progress,
      Consumer<String> skipped) {
    DatasetFormat known = format.orElseGet(() -> DatasetFormat.of(source));
    try (ImageCollection images = known.open(source, OptionalInt.empty(), background, cache);
        DatasetZip zip = DatasetZip.create(destination)) {
      Adjustments.Counter adjustments = new Adjustments.Counter();
      int failures = 0;
      try (OrderedResults<Outcome> all =
          OrderedResults.of(images.count(), index -> convert(images, index))) {
        for (int done = 0; done < images.count(); done++) {
          Outcome outcome = all.next();
          if (outcome instanceof Converted converted) {
            zip.add(converted.png(), images.labels().ofImages()[done]);
            adjustments.add(converted.source());
          } else if (outcome instanceof Unreadable unreadable) {
            if (!skipBroken) {
              throw unreadable.failure();
            }
            failures++;
            skipped.accept(unreadable.failure().getMessage());
          }
          progress.at("converting images", done + 1, images.count());
        }
      }
      if (zip.count() == 0) {
        throw new InvalidDatasetException(source.toString(), "has no image that can be read");
      }
      zip.finish(images.labels().classes());
      return new Result(zip.count(), failures, images.labels().classes().size(), adjustments.sum());
    } catch (IOException e) {
      throw new Edm2SearchException("%s: cannot be written: %s".formatted(destination, e), e);
    }
  }

  private Outcome convert(ImageCollection images, int index) {
    try {
      images.header(index); // refuses too many pixels before any is decoded
      DecodedImage decoded = images.read(index);
      PixelImage image = decoded.pixels().withChannels(channels);
      return new Converted(PngFile.write(crop.apply(image, resolution)), decoded);
    } catch (IOException | IllegalArgumentException e) {
      return new Unreadable(
          new InvalidDatasetException(images.name(index), String.valueOf(e.getMessage()), e));
    }
  }
}
