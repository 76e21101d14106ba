package org.edm2search.campaign.journal;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import org.edm2search.campaign.store.StoreException;
import org.edm2search.campaign.store.TrialStore;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;
import org.jspecify.annotations.Nullable;

/** Writes a journal: whole from a store, then what changes. Used by one thread at a time. */
final class JournalWriter implements AutoCloseable {

  /** What may be appended before a small journal is written anew, bytes. */
  private static final long SLACK = 4 << 20;

  private static final int REJECTIONS_A_LINE = 500;

  private final Path file;
  private @Nullable FileOutputStream appended;
  private @Nullable Object key;
  private long wholeBytes;
  private long appendedBytes;

  JournalWriter(Path file) {
    this.file = file;
  }

  /** Writes what a store holds, replacing the journal at once. */
  void rewrite(TrialStore store) {
    close();
    AtomicFile.write(file, target -> writeAll(target, store));
    try {
      // Unlike a channel's, its writes do not end with an interrupt.
      appended = new FileOutputStream(file.toFile(), true);
      key = key(file);
      wholeBytes = Files.size(file);
      appendedBytes = 0;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static void writeAll(FileChannel target, TrialStore store) throws IOException {
    long revision = store.revision();
    Lines lines = new Lines(target);
    lines.add(JournalFormat.header(revision));
    store.campaign().map(JournalEntry::of).ifPresent(entry -> lines.add(revision, entry));
    store.trials().forEach(trial -> lines.add(revision, JournalEntry.of(trial)));
    List<Rejection> rejections = store.rejections();
    for (int from = 0; from < rejections.size(); from += REJECTIONS_A_LINE) {
      int to = Math.min(rejections.size(), from + REJECTIONS_A_LINE);
      lines.add(revision, JournalEntry.ofRejections(rejections.subList(from, to)));
    }
    store
        .attempts()
        .forEach(attempt -> lines.add(revision, JournalEntry.ofAttempts(List.of(attempt))));
    store.forEachCurve(
        curve -> lines.add(revision, JournalEntry.ofNews(List.of(curve), List.of())));
    lines.add(revision, JournalEntry.ofNews(List.of(), store.progress()));
    lines.flush();
  }

  /** Gathers lines, so that a journal of many trials is not many small writes. */
  private static final class Lines {

    private static final int GATHERED = 1 << 20;

    private final FileChannel target;
    private ByteBuffer gathered = ByteBuffer.allocate(GATHERED);

    Lines(FileChannel target) {
      this.target = target;
    }

    void add(long revision, JournalEntry entry) {
      add(JournalFormat.write(revision, entry));
    }

    void add(byte[] line) {
      if (gathered.remaining() < line.length) {
        flush();
      }
      if (gathered.capacity() < line.length) {
        gathered = ByteBuffer.allocate(line.length);
      }
      gathered.put(line);
    }

    void flush() {
      try {
        AtomicFile.writeAll(target, gathered.flip());
        gathered.clear();
      } catch (IOException e) {
        throw new Edm2SearchException("the journal cannot be written: " + AtomicFile.reason(e), e);
      }
    }
  }

  /** Appends a transaction; the store has committed it. */
  void append(long revision, JournalEntry entry) {
    byte[] line = JournalFormat.write(revision, entry);
    try {
      Objects.requireNonNull(appended, "written anew before appended to").write(line);
      appendedBytes += line.length;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /**
   * Returns whether to write the journal anew: because superseded lines make up most of it, so that
   * it stays bounded at twice what it must hold, or because somebody moved it away.
   */
  boolean dueForRewrite() {
    return appendedBytes > SLACK + wholeBytes || !Objects.equals(key, key(file));
  }

  private static @Nullable Object key(Path file) {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return attributes.fileKey() == null ? attributes.creationTime() : attributes.fileKey();
    } catch (IOException e) {
      return null;
    }
  }

  private StoreException failed(IOException e) {
    return new StoreException(
        "%s: the journal cannot be written: %s; the store is unharmed, run again to go on"
            .formatted(file, AtomicFile.reason(e)),
        e);
  }

  @Override
  public void close() {
    try {
      if (appended != null) {
        appended.close();
      }
    } catch (IOException e) {
      throw failed(e);
    } finally {
      appended = null;
    }
  }
}
