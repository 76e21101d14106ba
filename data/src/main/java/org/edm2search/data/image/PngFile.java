package org.edm2search.data.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** The PNG container (W3C PNG, third edition): what may be checked before pixels are decoded. */
public final class PngFile {

  /** Bytes from the beginning that hold the header. */
  static final int HEADER_BYTES = 33;

  private static final long SIGNATURE = 0x89504e470d0a1a0aL;
  private static final int IHDR = 0x49484452;
  private static final int IEND = 0x49454e44;

  /** IHDR, PLTE, tRNS, IDAT, IEND. */
  private static final Set<Integer> ESSENTIAL =
      Set.of(IHDR, 0x504c5445, 0x74524e53, 0x49444154, IEND);

  private static final int COLOUR = 2;

  private PngFile() {}

  static boolean is(byte[] start) {
    return start.length >= Long.BYTES && ByteBuffer.wrap(start).getLong() == SIGNATURE;
  }

  /** Reads the header from the first {@link #HEADER_BYTES} bytes. */
  static ImageHeader header(byte[] start) throws IOException {
    if (start.length < HEADER_BYTES) {
      throw new IOException("a PNG cut short");
    }
    ByteBuffer header = ByteBuffer.wrap(start, Long.BYTES, HEADER_BYTES - Long.BYTES);
    if (header.getInt() != 13 || header.getInt() != IHDR) {
      throw new IOException("a PNG without a header");
    }
    int width = header.getInt();
    int height = header.getInt();
    header.get(); // bits a channel
    int colourType = header.get();
    if (width < 1 || height < 1) {
      throw new IOException("a PNG of %d×%d pixels".formatted(width, height));
    }
    return new ImageHeader(width, height, (colourType & COLOUR) == 0 ? 1 : 3);
  }

  /**
   * Returns the chunks that pixels come from. Decoders are lenient with files cut short, and unpack
   * texts and profiles of any size: neither gets that far.
   */
  static byte[] essential(byte[] file) throws IOException {
    ByteArrayOutputStream kept = new ByteArrayOutputStream(file.length);
    kept.write(file, 0, Long.BYTES);
    ByteBuffer bytes = ByteBuffer.wrap(file, Long.BYTES, file.length - Long.BYTES);
    while (bytes.remaining() >= 12) {
      int start = bytes.position();
      int length = bytes.getInt();
      int type = bytes.getInt();
      if (length < 0 || length > bytes.remaining() - Integer.BYTES) {
        break;
      }
      bytes.position(bytes.position() + length);
      CRC32 checksum = new CRC32();
      checksum.update(file, start + 4, length + 4);
      int expected = bytes.getInt();
      if (ESSENTIAL.contains(type)) {
        if ((int) checksum.getValue() != expected) {
          throw new IOException("a damaged PNG: a checksum does not hold");
        }
        kept.write(file, start, length + 12);
      }
      if (type == IEND) {
        return kept.toByteArray();
      }
    }
    throw new IOException("a PNG cut short");
  }

  /** Returns an image as an uncompressed PNG, which decodes fastest. */
  public static byte[] write(PixelImage image) {
    int channels = image.channels();
    WritableRaster raster =
        Raster.createInterleavedRaster(
            new DataBufferByte(image.pixels(), image.pixels().length),
            image.width(),
            image.height(),
            image.width() * channels,
            channels,
            channels == 1 ? new int[] {0} : new int[] {0, 1, 2},
            null);
    ColorModel colours =
        new ComponentColorModel(
            ColorSpace.getInstance(channels == 1 ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB),
            false,
            false,
            ColorModel.OPAQUE,
            DataBuffer.TYPE_BYTE);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(1); // of a lossless format: the fastest, deflate's level 0
      writer.setOutput(out);
      BufferedImage buffered = new BufferedImage(colours, raster, false, null);
      writer.write(null, new IIOImage(buffered, null, null), parameters);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
