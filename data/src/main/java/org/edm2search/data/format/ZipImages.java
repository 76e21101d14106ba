package org.edm2search.data.format;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.Checksum;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.edm2search.data.InvalidDatasetException;
import org.edm2search.data.image.Background;
import org.edm2search.data.image.DecodedImage;
import org.edm2search.data.image.ImageDecoder;
import org.edm2search.data.image.ImageHeader;

/**
 * Images in a zip archive, sorted by name, as EDM2's {@code dataset_tool} writes it. A {@code
 * dataset.json} gives the labels; without it the top-level directories do, unless they are EDM2's
 * numbered ones.
 */
final class ZipImages implements ImageCollection {

  /** Deflate (RFC 1951) makes at most 1032 bytes out of one. */
  private static final long MAX_RATIO = 1032;

  private static final long SLACK = 1 << 20;
  private static final int BYTES_A_PIXEL = 8;

  private final Path file;
  private final ZipFile zip;
  private final List<String> names;
  private final ImageLabels labels;

  private final Background background;

  private ZipImages(Path file, ZipFile zip, Background background) throws IOException {
    this.file = file;
    this.zip = zip;
    this.background = background;
    this.names = names(file, zip);
    this.labels = labels(file, zip, names);
  }

  static ZipImages open(Path file, Background background) {
    try {
      ZipFile zip = new ZipFile(file.toFile());
      try {
        return new ZipImages(file, zip, background);
      } catch (IOException | RuntimeException e) {
        zip.close();
        throw e;
      }
    } catch (IOException e) {
      throw new InvalidDatasetException(
          file.toString(), "is not a whole zip archive: " + e.getMessage(), e);
    }
  }

  private static List<String> names(Path file, ZipFile zip) throws IOException {
    List<String> names = new ArrayList<>();
    long compressed = 0;
    boolean latents = false;
    for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
      ZipEntry entry = all.nextElement();
      EntryNames.requireInside(file.toString(), entry.getName());
      compressed += entry.getCompressedSize();
      latents |= entry.getName().endsWith(".npy");
      if (entry.isDirectory() || !ImageDecoder.isImage(entry.getName())) {
        continue;
      }
      requirePlausible(file, entry, ImageDecoder.MAX_BYTES);
      names.add(entry.getName());
    }
    if (compressed > Files.size(file)) {
      throw new InvalidDatasetException(
          file.toString(),
          "its entries overlap: together they are %d bytes, the file %d"
              .formatted(compressed, Files.size(file)));
    }
    if (names.isEmpty()) {
      throw new InvalidDatasetException(
          file.toString(),
          latents
              ? "holds arrays, not images; EDM2's latents are not supported"
              : "has no images (.png, .jpg, .jpeg, .bmp, .webp)");
    }
    Collections.sort(names);
    for (int i = 1; i < names.size(); i++) {
      if (names.get(i).equals(names.get(i - 1))) {
        throw new InvalidDatasetException(file.toString(), "has two entries " + names.get(i));
      }
    }
    return Collections.unmodifiableList(names);
  }

  private static void requirePlausible(Path file, ZipEntry entry, long most) {
    boolean bomb = entry.getSize() > MAX_RATIO * entry.getCompressedSize() + MAX_RATIO;
    if (entry.getSize() > most || bomb) {
      throw new InvalidDatasetException(
          file.toString(),
          "the entry %s would unpack %d bytes into %d, over the limit of %d"
              .formatted(
                  entry.getName(),
                  entry.getCompressedSize(),
                  entry.getSize(),
                  bomb ? MAX_RATIO * entry.getCompressedSize() : most));
    }
  }

  private static ImageLabels labels(Path file, ZipFile zip, List<String> names) throws IOException {
    ZipEntry entry = zip.getEntry(LabelFile.NAME);
    if (entry == null) {
      boolean numbered =
          names.stream().allMatch(name -> name.matches("\\d{5}/img\\d{8}\\.[a-z]{3,4}"));
      return numbered
          ? ImageLabels.none(names.size())
          : ImageLabels.ofDirectories(file.toString(), names);
    }
    requirePlausible(file, entry, LabelFile.MAX_BYTES);
    try (CheckedInputStream in = new CheckedInputStream(zip.getInputStream(entry), new CRC32())) {
      in.transferTo(OutputStream.nullOutputStream());
      requireChecksum(entry, in.getChecksum());
    }
    try (InputStream in = zip.getInputStream(entry)) {
      return LabelFile.read("%s: %s".formatted(file, LabelFile.NAME), in, names);
    }
  }

  @Override
  public int count() {
    return names.size();
  }

  @Override
  public String name(int index) {
    return "%s: %s".formatted(file, names.get(index));
  }

  @Override
  public ImageHeader header(int index) throws IOException {
    ZipEntry entry = zip.getEntry(names.get(index));
    try (InputStream in = new BufferedInputStream(zip.getInputStream(entry), 512)) {
      ImageHeader header = ImageDecoder.header(in);
      if (entry.getSize() > BYTES_A_PIXEL * header.area() + SLACK) {
        throw new IOException(
            "unpacks to %d bytes, which no image of %d×%d pixels needs"
                .formatted(entry.getSize(), header.width(), header.height()));
      }
      return header;
    }
  }

  @Override
  public DecodedImage read(int index) throws IOException {
    header(index);
    ZipEntry entry = zip.getEntry(names.get(index));
    int size = (int) entry.getSize();
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(size);
      if (bytes.length != size || in.read() >= 0) {
        throw new IOException("does not unpack to the %d bytes it claims".formatted(size));
      }
      CRC32 checksum = new CRC32();
      checksum.update(bytes);
      requireChecksum(entry, checksum);
      return ImageDecoder.decode(bytes, background);
    }
  }

  /** Java's random access to a zip does not look at its checksums. */
  private static void requireChecksum(ZipEntry entry, Checksum checksum) throws IOException {
    if (entry.getCrc() >= 0 && checksum.getValue() != entry.getCrc()) {
      throw new IOException(
          "%s is damaged: its checksum in the zip is %08x, that of its bytes %08x"
              .formatted(entry.getName(), entry.getCrc(), checksum.getValue()));
    }
  }

  @Override
  public ImageLabels labels() {
    return labels;
  }

  @Override
  public List<Path> files() {
    return List.of(file);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
