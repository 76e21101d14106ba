package org.edm2search.data.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes PNG, JPEG, BMP and WebP, recognized by their first bytes, into 8 bits a channel: what is
 * transparent shows a background, 16 bits are cut to 8, orientation marks are followed, colour
 * profiles are ignored. The result tells which of these there was. Everything comes from strangers:
 * sizes are checked before pixels are allocated, and a file cut short is an error. Thread-safe.
 */
public final class ImageDecoder {

  /** The most pixels an image may have. */
  public static final int MAX_PIXELS = 1 << 26;

  /** The most bytes an encoded image may have. */
  public static final int MAX_BYTES = 1 << 28;

  private static final int SNIFFED = 12;
  private static final int BITS_OF_RED = 16;

  /** The formats, each with the first reader that is installed. */
  private enum Format {
    PNG,
    JPEG,
    BMP,
    WEBP;

    // Looked up once: the registry is not made for many threads.
    private final ImageReaderSpi reader =
        ImageIO.getImageReadersByFormatName(name().toLowerCase(Locale.ROOT))
            .next()
            .getOriginatingProvider();

    static Format of(byte[] start) throws IOException {
      if (PngFile.is(start)) {
        return PNG;
      }
      if (startsWith(start, 0, 0xff, 0xd8, 0xff)) {
        return JPEG;
      }
      if (startsWith(start, 0, 'B', 'M')) {
        return BMP;
      }
      if (startsWith(start, 0, 'R', 'I', 'F', 'F') && startsWith(start, 8, 'W', 'E', 'B', 'P')) {
        return WEBP;
      }
      throw new IOException("neither PNG, JPEG, BMP nor WebP");
    }

    int orientation(byte[] file) {
      return switch (this) {
        case PNG -> Orientation.ofPng(file);
        case JPEG -> Orientation.ofJpeg(file);
        case WEBP -> Orientation.ofWebp(file);
        case BMP -> Orientation.UPRIGHT;
      };
    }

    private static boolean startsWith(byte[] bytes, int offset, int... wanted) {
      for (int i = 0; i < wanted.length; i++) {
        if (offset + i >= bytes.length || (bytes[offset + i] & 0xff) != wanted[i]) {
          return false;
        }
      }
      return true;
    }
  }

  private ImageDecoder() {}

  /** Returns whether a file of this name should be an image. */
  public static boolean isImage(String name) {
    return name.toLowerCase(Locale.ROOT).matches("(?s).*\\.(png|jpg|jpeg|bmp|webp)");
  }

  /**
   * Reads what an image says of itself, and as little of the stream as that takes.
   *
   * @throws IOException if it is not an image, or one of over {@link #MAX_PIXELS} pixels
   */
  public static ImageHeader header(InputStream stream) throws IOException {
    byte[] start = stream.readNBytes(PngFile.HEADER_BYTES);
    Format format = Format.of(start);
    if (format == Format.PNG) {
      return bounded(PngFile.header(start));
    }
    InputStream whole = new SequenceInputStream(new ByteArrayInputStream(start), bounded(stream));
    return withReader(format, whole, ImageDecoder::header);
  }

  /** Decodes an image over white. */
  public static DecodedImage decode(byte[] file) throws IOException {
    return decode(file, Background.WHITE);
  }

  /**
   * Decodes an image.
   *
   * @param file all of the image's file
   * @param background behind transparent pixels
   * @throws IOException if it is not an image, is damaged or has over {@link #MAX_PIXELS} pixels
   */
  public static DecodedImage decode(byte[] file, Background background) throws IOException {
    Format format = Format.of(Arrays.copyOf(file, Math.min(file.length, SNIFFED)));
    DecodedImage stored;
    if (format == Format.PNG) {
      ImageHeader header = bounded(PngFile.header(file));
      stored =
          withReader(
              format,
              new ByteArrayInputStream(PngFile.essential(file)),
              reader -> pixels(read(reader), header.channels(), background));
    } else {
      stored =
          withReader(
              format,
              new ByteArrayInputStream(file),
              reader -> {
                ImageHeader header = header(reader);
                return pixels(read(reader), header.channels(), background);
              });
    }
    int mark = format.orientation(file);
    return new DecodedImage(
        Orientation.apply(stored.pixels(), mark),
        stored.transparent(),
        stored.deep(),
        mark != Orientation.UPRIGHT);
  }

  private interface Reading<T> {
    T from(ImageReader reader) throws IOException;
  }

  private static <T> T withReader(Format format, InputStream stream, Reading<T> reading)
      throws IOException {
    ImageReader reader = format.reader.createReaderInstance();
    try (ImageInputStream in = new MemoryCacheImageInputStream(stream)) {
      reader.setInput(in, true, true);
      return reading.from(reader);
    } catch (RuntimeException e) {
      // Decoders meet nonsense with any exception.
      throw new IOException("a damaged %s: %s".formatted(format, e.getMessage()), e);
    } finally {
      reader.dispose();
    }
  }

  private static ImageHeader header(ImageReader reader) throws IOException {
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    bounded(new ImageHeader(width, height, 1));
    ColorModel colours = reader.getImageTypes(0).next().getColorModel();
    boolean grey = isGrey(colours) && !(colours instanceof IndexColorModel);
    return new ImageHeader(width, height, grey ? 1 : 3);
  }

  private static boolean isGrey(ColorModel colours) {
    return colours.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
  }

  private static ImageHeader bounded(ImageHeader header) throws IOException {
    if (header.area() > MAX_PIXELS) {
      throw new IOException(
          "has %d×%d pixels, over %d".formatted(header.width(), header.height(), MAX_PIXELS));
    }
    return header;
  }

  /** Ends a stream with an error when a header is not found within reasonable length. */
  private static InputStream bounded(InputStream stream) {
    return new InputStream() {
      private long left = MAX_BYTES;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = stream.read(bytes, offset, length);
        left -= Math.max(0, count);
        if (left < 0) {
          throw new IOException("has no header in its first %d bytes".formatted(MAX_BYTES));
        }
        return count;
      }
    };
  }

  private static BufferedImage read(ImageReader reader) throws IOException {
    AtomicReference<String> damage = new AtomicReference<>();
    reader.addIIOReadWarningListener(
        (source, warning) -> {
          // The JPEG decoder fills what is missing with grey and only warns.
          if (warning.matches("(?i).*(premature|truncated|missing EOI).*")) {
            damage.set(warning);
          }
        });
    BufferedImage image = reader.read(0);
    if (damage.get() != null) {
      throw new IOException("cut short: " + damage.get());
    }
    return image;
  }

  private static DecodedImage pixels(BufferedImage image, int channels, Background background) {
    int width = image.getWidth();
    int height = image.getHeight();
    Raster raster = image.getRaster();
    ColorModel colours = image.getColorModel();
    int bands = raster.getNumBands();
    int bits = raster.getSampleModel().getSampleSize(0);
    boolean plain =
        !(colours instanceof IndexColorModel)
            && (bits == 8 || bits == 16)
            && (isGrey(colours)
                ? channels == 1
                : colours.getColorSpace().getType() == ColorSpace.TYPE_RGB
                    && channels == 3
                    && bands >= 3);
    boolean alpha = colours.hasAlpha();
    int[] behind = background.channels(channels);
    boolean transparent = false;
    byte[] pixels = new byte[width * height * channels];
    int[] row = new int[width * bands];
    int out = 0;
    for (int y = 0; y < height; y++) {
      if (plain) {
        // The stored values: getRGB would convert by profile, and grey from linear light.
        raster.getPixels(0, y, width, 1, row);
      } else {
        image.getRGB(0, y, width, 1, row, 0, width);
      }
      for (int x = 0; x < width; x++) {
        int opacity = !alpha ? 255 : plain ? row[x * bands + bands - 1] >> bits - 8 : row[x] >>> 24;
        transparent |= opacity < 255;
        for (int c = 0; c < channels; c++) {
          int value = plain ? row[x * bands + c] >> bits - 8 : row[x] >> BITS_OF_RED - 8 * c & 0xff;
          pixels[out++] = (byte) over(value, opacity, behind[c]);
        }
      }
    }
    return new DecodedImage(
        new PixelImage(width, height, channels, pixels), transparent, bits > 8, false);
  }

  /** The operator "over" (Porter and Duff 1984) on an opaque background, rounded. */
  private static int over(int value, int opacity, int background) {
    return opacity == 255 ? value : (value * opacity + background * (255 - opacity) + 127) / 255;
  }
}
