package org.edm2search.bench.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A CSV file that several processes append lines to. A line is there as a whole or not at all: one
 * that a kill cut off is removed by the next process that appends.
 */
final class TableFile {

  private final Path file;

  TableFile(Path file) {
    this.file = file;
  }

  /** Returns all whole lines, by column. */
  List<Map<String, String>> read() {
    return locked(channel -> lines(whole(channel)));
  }

  /**
   * Appends a line and forces it to the disk.
   *
   * @throws IllegalStateException if the file has other columns
   */
  void append(Map<String, String> line) {
    locked(
        channel -> {
          String text = whole(channel);
          String header = String.join(",", line.keySet()) + "\n";
          if (!text.isEmpty() && !text.startsWith(header)) {
            throw new IllegalStateException(file + " has other columns than are measured now");
          }
          String added = (text.isEmpty() ? header : "") + String.join(",", line.values()) + "\n";
          channel.truncate(text.getBytes(StandardCharsets.UTF_8).length);
          channel.position(channel.size());
          ByteBuffer bytes = StandardCharsets.UTF_8.encode(added);
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
          channel.force(true);
          return channel.size();
        });
  }

  private interface Work<T> {
    T on(FileChannel channel) throws IOException;
  }

  private <T> T locked(Work<T> work) {
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      return work.on(channel);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be used", e);
    }
  }

  private static String whole(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
    while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {
      // Reads on.
    }
    String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    return text.substring(0, text.lastIndexOf('\n') + 1);
  }

  private static List<Map<String, String>> lines(String text) {
    List<Map<String, String>> lines = new ArrayList<>();
    List<String> rows = text.lines().toList();
    String[] columns = rows.isEmpty() ? new String[0] : rows.get(0).split(",");
    for (String row : rows.subList(Math.min(1, rows.size()), rows.size())) {
      String[] values = row.split(",", -1);
      Map<String, String> line = new LinkedHashMap<>();
      for (int i = 0; i < columns.length; i++) {
        line.put(columns[i], values[i]);
      }
      lines.add(line);
    }
    return lines;
  }
}
