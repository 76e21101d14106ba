package org.edm2search.campaign.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.LossPoint;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.yaml.InvalidConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a campaign's journal, also while a run writes it: no lock, no port, nothing written, and
 * nothing in the file can make it do anything else. {@link #refresh} reads what was appended since;
 * everything else returns what the last refresh saw. A line that cannot be read is left out and
 * counted; the next run writes the journal anew.
 *
 * <pre>{@code
 * try (JournalReader reader = JournalReader.open(Path.of("campaigns/quickstart/journal.jsonl"))) {
 *   Leaderboard.of(reader.snapshot().trials());
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class JournalReader implements TrialReader {

  /** Largest journal that is read, bytes: 100,000 trials of 1,000 points fit. */
  private static final long LARGEST = 4L << 30;

  private static final String REMEDY =
      "; 'edm2-search run' and 'edm2-search doctor' write it anew from the store";

  private static final int AT_A_TIME = 1 << 20;

  private final Path file;
  private @Nullable FileChannel channel;
  private @Nullable Object key;
  private byte[] head = {};
  private long position;
  private boolean tooLong;
  private JournalState state = new JournalState();
  private CampaignSnapshot snapshot = state.snapshot();

  private JournalReader(Path file) {
    this.file = file;
  }

  /**
   * Opens a journal and reads all of it.
   *
   * @throws InvalidConfigException if there is none, it cannot be read, or it is of a newer form
   */
  public static JournalReader open(Path file) {
    JournalReader reader = new JournalReader(file);
    try {
      reader.refresh();
      return reader;
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  /**
   * Reads what was added since the last time, or all of it if the journal was written anew.
   *
   * @return whether there was anything
   * @throws InvalidConfigException if the journal is gone or cannot be read
   */
  public synchronized boolean refresh() {
    // An interrupt would close the file.
    boolean interrupted = Thread.interrupted();
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!attributes.isRegularFile()) {
        throw invalid("is no regular file" + REMEDY);
      }
      if (attributes.size() > LARGEST) {
        throw invalid("is larger than %d GiB".formatted(LARGEST >> 30) + REMEDY);
      }
      if (!continues(attributes)) {
        restart(attributes);
      }
      boolean news = readOn();
      if (news) {
        snapshot = state.snapshot();
      }
      return news;
    } catch (NoSuchFileException e) {
      throw invalid("no such file" + REMEDY, e);
    } catch (IOException e) {
      throw invalid("cannot be read: " + AtomicFile.reason(e), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A journal written anew is another file; where files have no identity, its head differs. */
  private boolean continues(BasicFileAttributes attributes) throws IOException {
    return channel != null
        && channel.isOpen()
        && Objects.equals(key, attributes.fileKey())
        && attributes.size() >= position
        && Arrays.equals(head, bytes(0, head.length));
  }

  private void restart(BasicFileAttributes attributes) throws IOException {
    close();
    channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    key = attributes.fileKey();
    position = 0;
    tooLong = false;
    head = new byte[] {};
    state = new JournalState();
    snapshot = state.snapshot();
  }

  // ---------------------------------------------------------------- lines

  private boolean readOn() throws IOException {
    FileChannel open = opened();
    boolean any = false;
    ByteBuffer buffer = ByteBuffer.allocate(AT_A_TIME);
    while (true) {
      int read = open.read(buffer, position + buffer.position());
      if (read <= 0) {
        break; // what is left is a line that is still being written
      }
      int used = lines(buffer);
      any |= used > 0;
      position += used;
      buffer.flip().position(used);
      buffer.compact();
      if (!buffer.hasRemaining()) {
        buffer = larger(buffer);
      }
    }
    if (head.length == 0) {
      throw invalid("is empty" + REMEDY);
    }
    return any;
  }

  private ByteBuffer larger(ByteBuffer full) {
    if (full.capacity() >= JournalFormat.LONGEST_LINE) {
      // Leave the rest of the line out without keeping it.
      tooLong = true;
      position += full.capacity();
      return full.clear();
    }
    return ByteBuffer.allocate(2 * full.capacity()).put(full.flip());
  }

  /** Takes whole lines from the front of a buffer and returns their bytes. */
  @SuppressWarnings("ByteBufferBackingArray") // Allocated above, so the array begins where it does.
  private int lines(ByteBuffer buffer) {
    byte[] bytes = buffer.array();
    int start = 0;
    for (int i = 0; i < buffer.position(); i++) {
      if (bytes[i] == '\n') {
        line(bytes, start, i - start);
        start = i + 1;
      }
    }
    return start;
  }

  private void line(byte[] bytes, int start, int length) {
    if (tooLong) {
      tooLong = false;
      state.addUnreadable();
      return;
    }
    boolean first = position + start == 0;
    JournalFormat.Line line;
    try {
      line = JournalFormat.read(bytes, start, length);
    } catch (RuntimeException e) {
      // Whatever is wrong with it: Jackson's own exceptions, a value's rule, a number too large.
      if (first) {
        throw invalid("is damaged or no journal of a campaign" + REMEDY);
      }
      state.addUnreadable();
      return;
    }
    if (first) {
      requireKnown(line);
      head = Arrays.copyOfRange(bytes, start, start + length + 1);
    }
    state.add(line, new JournalState.Place(position + start, length));
  }

  private void requireKnown(JournalFormat.Line line) {
    if (line.header().isEmpty()) {
      throw invalid("is damaged or no journal of a campaign" + REMEDY);
    }
    if (line.header().getAsLong() > JournalFormat.VERSION) {
      throw invalid(
          "written by a newer edm2-search (form %d, this version knows up to %d); use that version"
              .formatted(line.header().getAsLong(), JournalFormat.VERSION));
    }
  }

  private byte[] bytes(long offset, int length) throws IOException {
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
    return Objects.requireNonNull(channel, "open once refreshed");
  }

  private InvalidConfigException invalid(String rule) {
    return new InvalidConfigException(file.toString(), rule);
  }

  private InvalidConfigException invalid(String rule, IOException cause) {
    InvalidConfigException error = invalid(rule);
    error.initCause(cause);
    return error;
  }

  // ---------------------------------------------------------------- what was read

  /** Returns what the last refresh saw. */
  public synchronized CampaignSnapshot snapshot() {
    return snapshot;
  }

  @Override
  public synchronized long revision() {
    return state.revision();
  }

  @Override
  public Optional<CampaignRecord> campaign() {
    return snapshot().campaign();
  }

  @Override
  public List<Trial> trials() {
    return snapshot().trials();
  }

  @Override
  public synchronized Optional<Trial> trial(int number) {
    return state.trial(number);
  }

  @Override
  public List<Progress> progress() {
    return snapshot().progress();
  }

  @Override
  public List<Attempt> attempts() {
    return snapshot().attempts();
  }

  @Override
  public List<Rejection> rejections() {
    return snapshot().rejections();
  }

  @Override
  public synchronized List<LossPoint> losses(int number) {
    TreeMap<Long, LossPoint> points = new TreeMap<>();
    for (JournalState.Place place : state.curve(number)) {
      try {
        for (LossPoint point :
            JournalFormat.points(bytes(place.offset(), place.length()), number)) {
          points.put(point.images(), point);
        }
      } catch (IOException e) {
        throw invalid("cannot be read: " + AtomicFile.reason(e), e);
      } catch (RuntimeException e) {
        // damaged: the other points stand
      }
    }
    return List.copyOf(points.values());
  }

  @Override
  public synchronized void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw invalid("cannot be closed: " + e, e);
    }
  }
}
