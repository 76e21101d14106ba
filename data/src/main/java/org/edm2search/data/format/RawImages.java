package org.edm2search.data.format;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.edm2search.data.InvalidDatasetException;
import org.edm2search.data.image.DecodedImage;
import org.edm2search.data.image.ImageHeader;
import org.edm2search.data.image.PixelImage;

/**
 * Uncompressed images of one size at regular distances in files. Read at their positions when asked
 * for: unlike a mapping this has no limit of 2 GiB, and a file that is cut short meanwhile is an
 * error rather than the end of the process.
 */
final class RawImages implements ImageCollection {

  /**
   * A run of images in a file.
   *
   * @param file with them
   * @param offset of the first image's first pixel, bytes
   * @param stride from image to image, bytes
   * @param count images
   */
  record Run(Path file, long offset, long stride, int count) {}

  /** How the channels of an image lie. */
  enum Layout {
    /** Pixel by pixel. */
    INTERLEAVED,
    /** Channel by channel. */
    PLANAR
  }

  private record OpenRun(Run run, FileChannel channel) {}

  private final String source;
  private final List<OpenRun> runs;
  private final ImageHeader header;
  private final Layout layout;
  private final int border;
  private final int count;
  private final ImageLabels labels;
  private final List<Path> files;

  /**
   * Opens the files.
   *
   * @param source for messages
   * @param stored size and channels of the images in the files
   * @param border zero rows and columns to add on each side
   * @param files everything that images and labels come from
   */
  RawImages(
      Path source,
      List<Run> runs,
      ImageHeader stored,
      Layout layout,
      int border,
      ImageLabels labels,
      List<Path> files) {
    this.source = source.toString();
    this.header = stored;
    this.layout = layout;
    this.border = border;
    this.labels = labels;
    this.files = List.copyOf(files);
    this.count = runs.stream().mapToInt(Run::count).sum();
    this.runs = new ArrayList<>();
    for (Run run : runs) {
      try {
        FileChannel channel = FileChannel.open(run.file(), StandardOpenOption.READ);
        long end = run.offset() + run.stride() * (run.count() - 1) + imageBytes();
        if (end > channel.size()) {
          channel.close();
          throw new InvalidDatasetException(
              run.file().toString(),
              "truncated: %d images need %d bytes, but there are %d"
                  .formatted(run.count(), end, Files.size(run.file())));
        }
        this.runs.add(new OpenRun(run, channel));
      } catch (IOException e) {
        throw new InvalidDatasetException(run.file().toString(), "cannot be read: " + e, e);
      }
    }
  }

  private int imageBytes() {
    return (int) header.area() * header.channels();
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public String name(int index) {
    return "%s: image %d".formatted(source, index);
  }

  @Override
  public ImageHeader header(int index) {
    return new ImageHeader(
        header.width() + 2 * border, header.height() + 2 * border, header.channels());
  }

  @Override
  public DecodedImage read(int index) throws IOException {
    byte[] stored = stored(index);
    ImageHeader wanted = header(index);
    int channels = header.channels();
    int plane = (int) header.area();
    byte[] pixels = new byte[(int) wanted.area() * channels];
    for (int y = 0; y < header.height(); y++) {
      int out = ((y + border) * wanted.width() + border) * channels;
      int at = y * header.width();
      for (int x = 0; x < header.width(); x++, at++) {
        for (int c = 0; c < channels; c++) {
          pixels[out++] = stored[layout == Layout.PLANAR ? c * plane + at : at * channels + c];
        }
      }
    }
    return DecodedImage.plain(new PixelImage(wanted.width(), wanted.height(), channels, pixels));
  }

  private byte[] stored(int index) throws IOException {
    int local = index;
    int at = 0;
    while (local >= runs.get(at).run().count()) {
      local -= runs.get(at++).run().count();
    }
    Run run = runs.get(at).run();
    ByteBuffer buffer = ByteBuffer.allocate(imageBytes());
    long position = run.offset() + local * run.stride();
    while (buffer.hasRemaining()) {
      int read = runs.get(at).channel().read(buffer, position + buffer.position());
      if (read < 0) {
        throw new EOFException(run.file() + " ends too early");
      }
    }
    return buffer.array();
  }

  @Override
  public ImageLabels labels() {
    return labels;
  }

  @Override
  public List<Path> files() {
    return files;
  }

  @Override
  public void close() {
    try {
      for (OpenRun run : runs) {
        run.channel().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
