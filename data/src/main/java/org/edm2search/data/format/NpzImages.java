package org.edm2search.data.format;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.edm2search.data.InvalidDatasetException;
import org.edm2search.data.format.NpyHeader.InvalidNpyException;
import org.edm2search.data.image.ImageHeader;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in a NumPy archive: {@code uint8} images [N, H, W], [N, H, W, C] or [N, C, H, W], and whole
 * numbers [N] or [N, 1] as labels if there are. Stored images are read where they lie; compressed
 * ones are unpacked once, into the cache.
 */
final class NpzImages {

  private static final List<String> IMAGES =
      List.of("images", "x_train", "train_images", "data", "arr", "arr_0", "x", "X");
  private static final List<String> LABELS =
      List.of("labels", "y_train", "train_labels", "label", "arr_1", "y", "Y");
  private static final int MAX_ARRAYS = 1000;
  private static final int MAX_SIDE = 1024;
  private static final String SUFFIX = ".npy";

  private record Entry(String name, ZipArchiveEntry entry, NpyHeader header) {}

  private NpzImages() {}

  static RawImages open(Path file, DatasetCache cache) {
    try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
      Map<String, ZipArchiveEntry> arrays = arrays(file, zip);
      Entry images = entry(file, zip, arrays, IMAGES);
      if (images == null) {
        throw new InvalidDatasetException(
            file.toString(),
            "has no images: it holds %s, but images are called %s"
                .formatted(arrays.keySet(), String.join(", ", IMAGES)));
      }
      ImageHeader header = imageHeader(images);
      int count = images.header().shape().get(0).intValue();
      Entry labels = entry(file, zip, arrays, LABELS);
      return new RawImages(
          file,
          List.of(run(file, zip, images, header, count, cache)),
          header,
          layout(images.header().shape()),
          0,
          labels == null ? ImageLabels.none(count) : labels(zip, labels, count),
          List.of(file));
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidDatasetException(
          file.toString(), "is not a whole NumPy archive: " + e.getMessage(), e);
    }
  }

  private static Map<String, ZipArchiveEntry> arrays(Path file, ZipFile zip) {
    Map<String, ZipArchiveEntry> arrays = new LinkedHashMap<>();
    for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
      EntryNames.requireInside(file.toString(), entry.getName());
      if (!entry.getName().endsWith(SUFFIX)) {
        continue;
      }
      String name = entry.getName().substring(0, entry.getName().length() - SUFFIX.length());
      if (arrays.put(name, entry) != null) {
        throw new InvalidDatasetException(file.toString(), "has two arrays " + name);
      }
      if (arrays.size() > MAX_ARRAYS) {
        throw new InvalidDatasetException(
            file.toString(), "has over %d arrays".formatted(MAX_ARRAYS));
      }
    }
    return arrays;
  }

  private static @Nullable Entry entry(
      Path file, ZipFile zip, Map<String, ZipArchiveEntry> arrays, List<String> names)
      throws IOException {
    for (String name : names) {
      ZipArchiveEntry entry = arrays.get(name);
      if (entry != null) {
        String shown = "%s: %s".formatted(file, entry.getName());
        try (DataInputStream in =
            new DataInputStream(new BufferedInputStream(zip.getInputStream(entry), 512))) {
          return checked(new Entry(shown, entry, NpyHeader.read(in)));
        } catch (InvalidNpyException e) {
          throw new InvalidDatasetException(shown, e.getMessage(), e);
        }
      }
    }
    return null;
  }

  private static Entry checked(Entry array) {
    NpyHeader header = array.header();
    if (header.fortranOrder()) {
      throw new InvalidDatasetException(
          array.name(), "is in Fortran order; save numpy.ascontiguousarray of it");
    }
    if ("iu".indexOf(header.kind()) < 0 || !List.of(1, 2, 4, 8).contains(header.width())) {
      throw new InvalidDatasetException(
          array.name(), "must hold whole numbers, but has the type " + header.type());
    }
    long elements = header.elements();
    if (elements < 1
        || header.shape().isEmpty()
        || header.shape().get(0) > Integer.MAX_VALUE - 8
        || header.bytes() + elements * header.width() != array.entry().getSize()) {
      throw new InvalidDatasetException(
          array.name(),
          "the shape %s of %s does not fit its %d bytes"
              .formatted(header.shapeText(), header.type(), array.entry().getSize()));
    }
    return array;
  }

  private static RawImages.Layout layout(List<Long> shape) {
    return shape.size() == 4 && isChannels(shape.get(3))
        ? RawImages.Layout.INTERLEAVED
        : RawImages.Layout.PLANAR;
  }

  private static boolean isChannels(long dimension) {
    return dimension == 1 || dimension == 3;
  }

  private static ImageHeader imageHeader(Entry images) {
    List<Long> shape = images.header().shape();
    boolean last = layout(shape) == RawImages.Layout.INTERLEAVED;
    boolean four = shape.size() == 4 && (last || isChannels(shape.get(1)));
    if (images.header().width() != 1
        || images.header().type().endsWith("i1")
        || (shape.size() != 3 && !four)) {
      throw new InvalidDatasetException(
          images.name(),
          "images must be uint8 [N, H, W], [N, H, W, 3] or [N, 3, H, W], but are %s %s"
              .formatted(images.header().type(), images.header().shapeText()));
    }
    int first = four && !last ? 2 : 1;
    if (!shape.get(first).equals(shape.get(first + 1)) || shape.get(first) > MAX_SIDE) {
      throw new InvalidDatasetException(
          images.name(),
          "images must be square and of at most %1$d×%1$d, but are %2$d×%3$d"
              .formatted(MAX_SIDE, shape.get(first + 1), shape.get(first)));
    }
    int side = shape.get(first).intValue();
    return new ImageHeader(side, side, four ? shape.get(last ? 3 : 1).intValue() : 1);
  }

  private static RawImages.Run run(
      Path file, ZipFile zip, Entry images, ImageHeader header, int count, DatasetCache cache)
      throws IOException {
    ZipArchiveEntry entry = images.entry();
    long stride = header.area() * header.channels();
    if (entry.getMethod() == ZipEntry.STORED) {
      // Known since the header was read.
      return new RawImages.Run(
          file, entry.getDataOffset() + images.header().bytes(), stride, count);
    }
    Path raw = cache.unpacked(file, entry.getSize(), () -> zip.getInputStream(entry));
    return new RawImages.Run(raw, images.header().bytes(), stride, count);
  }

  private static ImageLabels labels(ZipFile zip, Entry array, int count) throws IOException {
    NpyHeader header = array.header();
    if (header.shape().get(0) != count || header.elements() != count) {
      throw new InvalidDatasetException(
          array.name(),
          "labels must be whole numbers (%d), one for each image, but have the shape %s"
              .formatted(count, header.shapeText()));
    }
    int bytes = header.width();
    int[] labels = new int[count];
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(zip.getInputStream(array.entry())))) {
      in.skipNBytes(header.bytes());
      byte[] element = new byte[bytes];
      for (int i = 0; i < count; i++) {
        in.readFully(element);
        long label = value(ByteBuffer.wrap(element).order(header.order()), header.kind() == 'u');
        if (label < 0 || label >= ImageLabels.MAX_CLASSES) {
          throw new InvalidDatasetException(
              array.name(),
              "label %d must be from 0 to %d, but is %d"
                  .formatted(i, ImageLabels.MAX_CLASSES - 1, label));
        }
        labels[i] = (int) label;
      }
    }
    return ImageLabels.numbered(labels);
  }

  private static long value(ByteBuffer element, boolean unsigned) {
    return switch (element.remaining()) {
      case 1 -> unsigned ? element.get() & 0xffL : element.get();
      case 2 -> unsigned ? element.getShort() & 0xffffL : element.getShort();
      case 4 -> unsigned ? element.getInt() & 0xffffffffL : element.getInt();
      default -> element.getLong();
    };
  }
}
