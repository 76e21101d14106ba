package org.edm2search.data.format;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.edm2search.data.DatasetProgress;
import org.edm2search.data.InvalidDatasetException;
import org.edm2search.data.image.Crop;
import org.edm2search.data.image.PixelImage;
import org.edm2search.data.image.PngFile;
import org.edm2search.space.Edm2SearchException;

/**
 * Makes a zip of equal squares, as EDM2 trains on, out of any data set.
 *
 * @param resolution rows and columns of the squares, pixels
 * @param channels 1 (grey) or 3 (RGB)
 * @param crop how images become squares
 * @param skipBroken whether images that cannot be read are left out, and not the end
 */
public record DatasetConversion(int resolution, int channels, Crop crop, boolean skipBroken) {

  /** Images on the way for each thread: bounds the memory. */
  private static final int AHEAD = 4;

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
   */
  public record Result(int written, int skipped, int classes) {}

  /** An image on its way: a PNG file, or why there is none. */
  private record Converted(byte[] png, InvalidDatasetException failure) {}

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
    int threads = Runtime.getRuntime().availableProcessors();
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try (ImageCollection images = known.open(source, OptionalInt.empty(), cache);
        DatasetZip zip = DatasetZip.create(destination)) {
      Deque<Future<Converted>> ahead = new ArrayDeque<>();
      int failures = 0;
      for (int done = 0, begun = 0; done < images.count(); done++) {
        for (; begun < images.count() && begun <= done + AHEAD * threads; begun++) {
          int index = begun;
          ahead.add(executor.submit((Callable<Converted>) () -> convert(images, index)));
        }
        Converted converted = await(ahead.remove());
        if (converted.failure() == null) {
          zip.add(converted.png(), images.labels().ofImages()[done]);
        } else if (skipBroken) {
          failures++;
          skipped.accept(converted.failure().getMessage());
        } else {
          throw converted.failure();
        }
        progress.at("converting images", done + 1, images.count());
      }
      if (zip.count() == 0) {
        throw new InvalidDatasetException(source.toString(), "has no image that can be read");
      }
      zip.finish(images.labels().classes());
      return new Result(zip.count(), failures, images.labels().classes().size());
    } catch (IOException e) {
      throw new Edm2SearchException("%s: cannot be written: %s".formatted(destination, e), e);
    } finally {
      executor.shutdownNow();
    }
  }

  private Converted convert(ImageCollection images, int index) {
    try {
      images.header(index); // refuses too many pixels before any is decoded
      PixelImage image = images.read(index).withChannels(channels);
      return new Converted(PngFile.write(crop.apply(image, resolution)), null);
    } catch (IOException | IllegalArgumentException e) {
      return new Converted(
          null, new InvalidDatasetException(images.name(index), e.getMessage(), e));
    }
  }

  private static Converted await(Future<Converted> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
