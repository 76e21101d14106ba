package org.edm2search.cli.output;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A stream that remembers the first failure. A {@link java.io.PrintStream} swallows them, so a
 * result on a full disk would look like one that arrived.
 */
public final class WatchedStream extends FilterOutputStream {

  private volatile @Nullable IOException failure;

  /** Creates a stream that passes everything on. */
  public WatchedStream(OutputStream to) {
    super(to);
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }

  /** Returns why the first bytes that got lost did. */
  public Optional<IOException> failure() {
    return Optional.ofNullable(failure);
  }

  /** Returns whether the reader went away, as {@code head} does when it has enough. */
  public boolean readerLeft() {
    return failure().map(e -> String.valueOf(e.getMessage()).contains("Broken pipe")).orElse(false);
  }
}
