package org.edm2search.campaign.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the whole lines of a file that another process appends to, or replaces by another file.
 * Symbolic links are not followed. Not thread-safe.
 */
final class GrowingFile implements AutoCloseable {

  private static final int AT_A_TIME = 4 << 20;

  private final Path path;
  private final int longestLine;
  private @Nullable FileChannel channel;
  private @Nullable Object key;
  private byte[] head = {};
  private long position;
  private boolean tooLong;

  /**
   * A line in a buffer that holds it as long as it is handed over.
   *
   * @param offset of its first byte in the file
   * @param length bytes, without the line's end
   */
  record Line(byte[] buffer, int start, int length, long offset) {}

  /** Is told what a file holds. */
  interface Listener {

    /** The file is new, or another than before: what was told is no longer in it. */
    void startOver();

    /** Some lines follow, in order. */
    void lines(List<Line> lines);

    /** A line follows that is longer than allowed. */
    void lineTooLong();
  }

  /**
   * @param longestLine bytes that a line may have
   */
  GrowingFile(Path path, int longestLine) {
    this.path = path;
    this.longestLine = longestLine;
  }

  /**
   * Tells the lines that have come since the last time, or all of them if the file is another.
   *
   * @param attributes the file's, as it is now
   * @return whether there were any
   */
  boolean readOn(BasicFileAttributes attributes, Listener listener) throws IOException {
    if (!continues(attributes)) {
      close();
      channel = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
      key = attributes.fileKey();
      position = 0;
      tooLong = false;
      head = new byte[] {};
      listener.startOver();
    }
    return readOn(listener);
  }

  /** Returns whether no line was read yet. */
  boolean isEmpty() {
    return head.length == 0;
  }

  /** A file written anew is another one; where files have no identity, its first line differs. */
  private boolean continues(BasicFileAttributes attributes) throws IOException {
    return channel != null
        && channel.isOpen()
        && Objects.equals(key, attributes.fileKey())
        && attributes.size() >= position
        && Arrays.equals(head, bytes(0, head.length));
  }

  private boolean readOn(Listener listener) throws IOException {
    FileChannel open = opened();
    boolean any = false;
    ByteBuffer buffer = ByteBuffer.allocate(AT_A_TIME);
    while (true) {
      int read = open.read(buffer, position + buffer.position());
      if (read <= 0) {
        return any; // what is left is a line that is still being written
      }
      int used = lines(buffer, buffer.position() - read, listener);
      any |= used > 0;
      position += used;
      buffer.flip().position(used);
      buffer.compact();
      if (!buffer.hasRemaining()) {
        buffer = larger(buffer);
      }
    }
  }

  private ByteBuffer larger(ByteBuffer full) {
    if (full.capacity() >= longestLine) {
      // Leave the rest of the line out without keeping it.
      tooLong = true;
      position += full.capacity();
      return full.clear();
    }
    return ByteBuffer.allocate(2 * full.capacity()).put(full.flip());
  }

  /** Tells the whole lines at the front of a buffer and returns their bytes. */
  @SuppressWarnings("ByteBufferBackingArray") // Allocated above, so the array begins where it does.
  private int lines(ByteBuffer buffer, int searched, Listener listener) {
    byte[] bytes = buffer.array();
    List<Line> lines = new ArrayList<>();
    int start = 0;
    int from = searched;
    for (int end; (end = lineEnd(bytes, from, buffer.position())) >= 0; from = start) {
      if (tooLong) {
        tooLong = false;
        listener.lineTooLong();
      } else {
        lines.add(new Line(bytes, start, end - start, position + start));
      }
      start = end + 1;
    }
    if (!lines.isEmpty()) {
      if (lines.get(0).offset() == 0) {
        head = Arrays.copyOf(bytes, lines.get(0).length() + 1);
      }
      listener.lines(lines);
    }
    return start;
  }

  /** Short, so that it is compiled early: it sees every byte of a journal. */
  private static int lineEnd(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** Reads bytes that were told before. */
  byte[] bytes(long offset, int length) throws IOException {
    FileChannel open = opened();
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (open.read(buffer, offset + buffer.position()) < 0) {
        throw new IOException("ends early");
      }
    }
    return buffer.array();
  }

  private FileChannel opened() {
    return Objects.requireNonNull(channel, "open once read");
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
