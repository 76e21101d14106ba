package org.edm2search.data.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.edm2search.data.image.PixelImage;
import org.edm2search.data.image.PngFile;

/** Small data sets of every format. */
final class DatasetFiles {

  private DatasetFiles() {}

  /** Returns an image that tells its index: pixel i of channel c is 7·index + i + 50·c. */
  static PixelImage image(int index, int width, int height, int channels) {
    byte[] pixels = new byte[width * height * channels];
    for (int i = 0; i < width * height; i++) {
      for (int c = 0; c < channels; c++) {
        pixels[i * channels + c] = (byte) (7 * index + i + 50 * c);
      }
    }
    return new PixelImage(width, height, channels, pixels);
  }

  static byte[] png(int index, int side, int channels) {
    return PngFile.write(image(index, side, side, channels));
  }

  /** Returns {@code count} images as 00000/img00000000.png and so on. */
  static Map<String, byte[]> images(int count, int side, int channels) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      entries.put("00000/img%08d.png".formatted(i), png(i, side, channels));
    }
    return entries;
  }

  static Path zip(Path file, Map<String, byte[]> entries, int method) {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.setLevel(Deflater.BEST_COMPRESSION);
      for (Map.Entry<String, byte[]> each : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(each.getKey());
        entry.setMethod(method);
        if (method == ZipEntry.STORED) {
          CRC32 checksum = new CRC32();
          checksum.update(each.getValue());
          entry.setSize(each.getValue().length);
          entry.setCrc(checksum.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(each.getValue());
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the EDM2 zip of images with the labels 0, 1, 2, 0, 1, … */
  static Path edm2(Path file, int count, int side, int channels) {
    Map<String, byte[]> entries = images(count, side, channels);
    StringBuilder labels = new StringBuilder();
    entries
        .keySet()
        .forEach(
            name ->
                labels
                    .append(labels.isEmpty() ? "" : ",")
                    .append("[\"%s\", %d]".formatted(name, index(name) % 3)));
    entries.put("dataset.json", utf8("{\"labels\": [%s]}".formatted(labels)));
    return zip(file, entries, ZipEntry.STORED);
  }

  private static int index(String name) {
    return Integer.parseInt(name.substring(9, 17));
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Returns a NumPy array file. */
  static byte[] npy(String type, String shape, byte[] elements) {
    String header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(type, shape);
    String padded = header + " ".repeat(63 - (header.length() + 10) % 64) + "\n";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.write(padded.length());
    out.write(padded.length() >> 8);
    out.writeBytes(utf8(padded));
    out.writeBytes(elements);
    return out.toByteArray();
  }

  /** Returns an IDX file of bytes. */
  static byte[] idx(byte[] elements, int... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * shape.length + elements.length);
    bytes.putInt(0x800 | shape.length);
    for (int dimension : shape) {
      bytes.putInt(dimension);
    }
    return bytes.put(elements).array();
  }

  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /**
   * Returns records of CIFAR: labels, then 3072 bytes of which the first is the record's number.
   */
  static byte[] cifar(int count, int labelBytes) {
    ByteBuffer bytes = ByteBuffer.allocate(count * (labelBytes + 3072));
    for (int i = 0; i < count; i++) {
      bytes.position(i * (labelBytes + 3072) + labelBytes - 1);
      bytes.put((byte) (i % 10)).put((byte) i);
    }
    return bytes.array();
  }

  static Path write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
