package org.edm2search.data.format;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.edm2search.data.DatasetProgress;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.ImageDataset;
import org.edm2search.data.InvalidDatasetException;
import org.edm2search.data.image.Background;
import org.edm2search.data.image.DecodedImage;
import org.edm2search.data.image.PixelImage;

/**
 * A data set in the user's files: square images of one size, 8 bits a channel. Images are decoded
 * when they are asked for; memory holds names and labels.
 *
 * <p>The first time, every header is checked and everything is read through for the digest; what
 * came out is kept in a {@link DatasetCache}.
 */
public final class FileDataset implements ImageDataset, Closeable {

  /** Changes when the same files give other pixels. */
  private static final String DECODING = "decoding 2, over ";

  private static final int LEAST = 2;
  private static final int MAX_RESOLUTION = 1024;

  /**
   * What the user asked for.
   *
   * @param format to read the files as; found out without
   * @param resolution rows and columns; without, what there is
   * @param channels 1 to make all images grey, 3 to make all colour; without, what there is
   * @param background behind transparent pixels
   */
  public record Request(
      Optional<DatasetFormat> format,
      OptionalInt resolution,
      OptionalInt channels,
      Background background) {

    /** Takes everything as it is. */
    public static final Request ANY =
        new Request(Optional.empty(), OptionalInt.empty(), OptionalInt.empty());

    /** Takes white for the background. */
    public Request(Optional<DatasetFormat> format, OptionalInt resolution, OptionalInt channels) {
      this(format, resolution, channels, Background.WHITE);
    }

    public Request {
      if (channels.isPresent() && channels.getAsInt() != 1 && channels.getAsInt() != 3) {
        throw new IllegalArgumentException(
            "channels must be 1 or 3, but is " + channels.getAsInt());
      }
    }
  }

  /** How the files are read. */
  private record Source(DatasetFormat format, Background background) {}

  private final String name;
  private final Source source;
  private final ImageCollection images;
  private final int resolution;
  private final int channels;
  private final String digest;

  private FileDataset(
      String name, Source source, ImageCollection images, DatasetFacts facts, int channels) {
    this.name = name;
    this.source = source;
    this.images = images;
    this.resolution = facts.resolution();
    this.channels = channels;
    ContentDigest all = new ContentDigest();
    all.add(
        "%s %d×%d×%d %s"
            .formatted(source.format(), resolution, resolution, channels, facts.content()));
    if (source.format().encoded()) {
      all.add(DECODING + source.background());
    }
    this.digest = all.hex();
  }

  /**
   * Opens a data set.
   *
   * @throws InvalidDatasetException naming file, image and rule, if it is missing, damaged, of
   *     several sizes or not what was asked for
   */
  public static FileDataset open(
      Path path, Request request, DatasetCache cache, DatasetProgress progress) {
    DatasetFormat format = request.format().orElseGet(() -> DatasetFormat.of(path));
    ImageCollection images = format.open(path, request.resolution(), request.background(), cache);
    try {
      if (images.count() < LEAST) {
        throw new InvalidDatasetException(
            path.toString(),
            "needs at least %d images, but has %d".formatted(LEAST, images.count()));
      }
      DatasetFacts facts = DatasetFacts.of(path, images, cache, progress);
      requireResolution(path, facts.resolution(), request.resolution());
      int channels = channels(path, images, facts, request.channels());
      Path last = path.toAbsolutePath().normalize().getFileName();
      String name = last == null ? path.toString() : last.toString();
      return new FileDataset(
          name, new Source(format, request.background()), images, facts, channels);
    } catch (RuntimeException e) {
      close(images);
      throw e;
    }
  }

  private static void requireResolution(Path path, int found, OptionalInt wanted) {
    if (found > MAX_RESOLUTION || wanted.orElse(found) != found) {
      int asked = wanted.orElse(MAX_RESOLUTION);
      throw new InvalidDatasetException(
          path.toString(),
          ("has images of %1$d×%1$d, not %2$d×%2$d; make such with 'edm2-search dataset convert"
                  + " %3$s NEW.zip --resolution %2$d'")
              .formatted(found, asked, path));
    }
  }

  private static int channels(
      Path path, ImageCollection images, DatasetFacts facts, OptionalInt requested) {
    if (requested.isPresent()) {
      return requested.getAsInt();
    }
    if (facts.grey() > 0 && facts.grey() < images.count()) {
      throw new InvalidDatasetException(
          path.toString(),
          "has %d grey and %d colour images; say 'channels: 3' or 'channels: 1'"
              .formatted(facts.grey(), images.count() - facts.grey()));
    }
    return facts.grey() > 0 ? 1 : 3;
  }

  @Override
  public String name() {
    return name;
  }

  /** Returns how the images are stored. */
  public DatasetFormat format() {
    return source.format();
  }

  @Override
  public int count() {
    return images.count();
  }

  @Override
  public int channels() {
    return channels;
  }

  @Override
  public int resolution() {
    return resolution;
  }

  @Override
  public List<String> classes() {
    return images.labels().classes();
  }

  @Override
  public int[] labels() {
    return images.labels().ofImages().clone();
  }

  /**
   * {@inheritDoc} That is: of format, resolution, channels, and the bytes of all files with images
   * and labels, in the order of their names, with these where there are several.
   */
  @Override
  public String digest() {
    return digest;
  }

  @Override
  public ImageBatch read(int... indices) {
    int plane = resolution * resolution;
    float[] pixels = new float[indices.length * channels * plane];
    int[] labels = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      byte[] bytes = image(indices[i]).pixels();
      int start = i * channels * plane;
      for (int at = 0; at < plane; at++) {
        for (int c = 0; c < channels; c++) {
          pixels[start + c * plane + at] = (bytes[at * channels + c] & 0xff) / 127.5f - 1;
        }
      }
      labels[i] = images.labels().ofImages()[indices[i]];
    }
    return new ImageBatch(pixels, labels, channels, resolution, resolution);
  }

  private PixelImage image(int index) {
    return decoded(index).pixels().withChannels(channels);
  }

  private DecodedImage decoded(int index) {
    try {
      DecodedImage image = images.read(index);
      PixelImage pixels = image.pixels();
      if (pixels.width() != resolution || pixels.height() != resolution) {
        throw new IOException(
            "is %d×%d: it was changed meanwhile".formatted(pixels.width(), pixels.height()));
      }
      return image;
    } catch (IOException e) {
      throw new InvalidDatasetException(
          "%s (image %d of %d)".formatted(images.name(index), index, images.count()),
          DatasetFacts.message(e),
          e);
    }
  }

  /**
   * What decoding all images tells.
   *
   * @param adjustments what is done to images whenever they are read
   * @param damaged why images cannot be read, each naming its image
   */
  public record Inspection(Adjustments adjustments, List<String> damaged) {

    public Inspection {
      damaged = List.copyOf(damaged);
    }
  }

  /** An image, or why there is none. */
  private sealed interface Inspected {}

  private record Whole(DecodedImage image) implements Inspected {}

  private record Damaged(InvalidDatasetException failure) implements Inspected {}

  /**
   * Decodes all images, checks the checksums in a zip, and keeps nothing.
   *
   * @param progress told of images done
   */
  public Inspection inspect(DatasetProgress progress) {
    Adjustments.Counter adjustments = new Adjustments.Counter();
    List<String> damaged = new ArrayList<>();
    try (OrderedResults<Inspected> all = OrderedResults.of(count(), this::inspected)) {
      for (int done = 0; done < count(); done++) {
        Inspected next = all.next();
        if (next instanceof Whole whole) {
          adjustments.add(whole.image());
        } else if (next instanceof Damaged bad) {
          damaged.add(String.valueOf(bad.failure().getMessage()));
        }
        progress.at("decoding images", done + 1, count());
      }
    }
    return new Inspection(adjustments.sum(), damaged);
  }

  private Inspected inspected(int index) {
    try {
      return new Whole(decoded(index));
    } catch (InvalidDatasetException e) {
      return new Damaged(e);
    }
  }

  @Override
  public void close() {
    close(images);
  }

  private static void close(ImageCollection images) {
    try {
      images.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
