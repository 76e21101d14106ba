package org.edm2search.campaign.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.LossPoint;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.yaml.InvalidConfigException;

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

  /** Fewer lines than this are read faster by one thread. */
  private static final int SHARED_OUT = 16;

  private final Path file;
  private final GrowingFile growing;
  private JournalState state = new JournalState();
  private CampaignSnapshot snapshot = state.snapshot();

  private JournalReader(Path file) {
    this.file = file;
    growing = new GrowingFile(file, JournalFormat.LONGEST_LINE);
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
      boolean news = growing.readOn(attributes, new Lines());
      if (growing.isEmpty()) {
        throw invalid("is empty" + REMEDY);
      }
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

  /** Adds lines to the state. */
  private final class Lines implements GrowingFile.Listener {

    @Override
    public void startOver() {
      state = new JournalState();
      snapshot = state.snapshot();
    }

    @Override
    public void lineTooLong() {
      state.addUnreadable();
    }

    @Override
    public void lines(List<GrowingFile.Line> lines) {
      Stream<GrowingFile.Line> stream = lines.stream();
      List<Optional<JournalFormat.Line>> read =
          (lines.size() < SHARED_OUT ? stream : stream.parallel())
              .map(JournalReader::read)
              .toList();
      if (lines.get(0).offset() == 0) {
        requireKnown(read.get(0));
      }
      for (int i = 0; i < read.size(); i++) {
        GrowingFile.Line line = lines.get(i);
        read.get(i)
            .ifPresentOrElse(
                known -> state.add(known, new JournalState.Place(line.offset(), line.length())),
                state::addUnreadable);
      }
    }
  }

  private static Optional<JournalFormat.Line> read(GrowingFile.Line line) {
    try {
      return Optional.of(JournalFormat.read(line.buffer(), line.start(), line.length()));
    } catch (RuntimeException e) {
      // Whatever is wrong with it: Jackson's own exceptions, a value's rule, a number too large.
      return Optional.empty();
    }
  }

  private void requireKnown(Optional<JournalFormat.Line> first) {
    long version =
        first
            .map(JournalFormat.Line::header)
            .orElse(OptionalLong.empty())
            .orElseThrow(() -> invalid("is damaged or no journal of a campaign" + REMEDY));
    if (version > JournalFormat.VERSION) {
      throw invalid(
          "written by a newer edm2-search (form %d, this version knows up to %d); use that version"
              .formatted(version, JournalFormat.VERSION));
    }
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
            JournalFormat.points(growing.bytes(place.offset(), place.length()), number)) {
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
      growing.close();
    } catch (IOException e) {
      throw invalid("cannot be closed: " + e, e);
    }
  }
}
