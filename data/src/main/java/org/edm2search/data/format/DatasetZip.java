package org.edm2search.data.format;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.edm2search.space.base.AtomicFile;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes a zip in the layout of EDM2's {@code dataset_tool}: entries {@code 00000/img00000000.png},
 * the folder being the first five digits, all stored and not compressed, and {@code dataset.json}.
 * Equal images give equal bytes. The file appears under its name when it is finished; closing it
 * before that leaves nothing.
 */
final class DatasetZip implements Closeable {

  /** The first moment that zip can express. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final Path destination;
  private final Path temporary;
  private final ZipOutputStream zip;
  private int[] labels = new int[1024];
  private int count;

  private DatasetZip(Path destination, Path temporary) throws IOException {
    this.destination = destination;
    this.temporary = temporary;
    this.zip =
        new ZipOutputStream(
            new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 18),
            StandardCharsets.UTF_8);
  }

  static DatasetZip create(Path destination) throws IOException {
    Path folder = AtomicFile.directoryOf(destination);
    Files.createDirectories(folder);
    // Not createTempFile: its files are for their owner only, and a data set is shared.
    Path temporary =
        folder.resolve(destination.getFileName() + "." + ProcessHandle.current().pid() + ".part");
    temporary.toFile().deleteOnExit(); // when a signal ends the process
    return new DatasetZip(destination, temporary);
  }

  int count() {
    return count;
  }

  /**
   * Appends an image.
   *
   * @param label class, −1 without
   */
  void add(byte[] png, int label) throws IOException {
    put(name(count), png);
    if (count == labels.length) {
      labels = Arrays.copyOf(labels, 2 * count);
    }
    labels[count++] = label;
  }

  private static String name(int index) {
    String digits = String.format(Locale.ROOT, "%08d", index);
    return "%s/img%s.png".formatted(digits.substring(0, 5), digits);
  }

  private void put(String name, byte[] bytes) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCompressedSize(bytes.length);
    entry.setCrc(checksum.getValue());
    entry.setTimeLocal(TIME);
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  /**
   * Appends the labels and gives the file its name.
   *
   * @param classes names of the classes; empty without
   */
  void finish(List<String> classes) throws IOException {
    put(LabelFile.NAME, json(classes));
    zip.close();
    Files.move(
        temporary,
        destination,
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private byte[] json(List<String> classes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json =
        new JsonFactory().createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      json.writeName("labels");
      if (classes.isEmpty()) {
        json.writeNull();
      } else {
        json.writeStartArray();
        for (int i = 0; i < count; i++) {
          json.writeStartArray();
          json.writeString(name(i));
          json.writeNumber(labels[i]);
          json.writeEndArray();
        }
        json.writeEndArray();
        json.writeName("classes");
        json.writeStartArray();
        classes.forEach(json::writeString);
        json.writeEndArray();
      }
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() throws IOException {
    try {
      zip.close();
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
