package org.edm2search.campaign.rescore;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.report.ReportJson;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.base.AtomicFile;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Scores that a campaign's trials got after the search, by protocol and trial, in a JSON file of
 * their own: the scores of the search stay as they are.
 */
public final class RescoreBook {

  /** Stands for the time when there is no book. */
  public static final FileTime NEVER = FileTime.fromMillis(0);

  private static final long MOST_BYTES = 1 << 26;

  private final Path file;
  private final Map<String, Table> tables;

  /**
   * What a trial scored.
   *
   * @param score that the protocol ranks by
   * @param deviation its standard deviation over draws of samples; 0 if not known
   * @param distances all there are, by key
   * @param checkpoint SHA-256 of the weights
   */
  public record Score(
      double score, double deviation, Map<String, Double> distances, String checkpoint) {

    public Score {
      distances = Collections.unmodifiableMap(new TreeMap<>(distances));
    }
  }

  /**
   * Scores that compare.
   *
   * @param label of the score
   * @param protocol everything it depends on
   * @param trials scores by number of the trial
   */
  public record Table(String label, String protocol, Map<Integer, Score> trials) {

    public Table {
      trials = Collections.unmodifiableMap(new TreeMap<>(trials));
    }

    private Table with(Table fresh) {
      Map<Integer, Score> more = new TreeMap<>(trials);
      more.putAll(fresh.trials);
      return new Table(label, protocol, more);
    }
  }

  private RescoreBook(Path file, Map<String, Table> tables) {
    this.file = file;
    this.tables = new TreeMap<>(tables);
  }

  /**
   * Opens the book of a campaign.
   *
   * @throws IOException if the file cannot be read or is not a book
   */
  public static RescoreBook open(CampaignDirectory campaign) throws IOException {
    Path file = campaign.path().resolve(CampaignDirectory.RESCORED);
    try (FileChannel in =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || in.size() > MOST_BYTES) {
        throw new IOException(file + ": is no file of at most %d bytes".formatted(MOST_BYTES));
      }
      return new RescoreBook(
          file,
          JsonMapper.shared()
              .readValue(Channels.newInputStream(in), new TypeReference<Map<String, Table>>() {}));
    } catch (NoSuchFileException e) {
      return new RescoreBook(file, Map.of());
    } catch (JacksonException | NullPointerException e) {
      throw new IOException(file + ": is not a book of scores", e);
    }
  }

  /** Returns when a campaign's book was last written, {@link #NEVER} if there is none. */
  public static FileTime written(CampaignDirectory campaign) {
    try {
      return Files.getLastModifiedTime(
          campaign.path().resolve(CampaignDirectory.RESCORED), LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      return NEVER;
    }
  }

  /** Returns the scores by a protocol under which some trial was scored. */
  public Table table(String digest) {
    return Objects.requireNonNull(tables.get(digest), "no trial was scored by this protocol");
  }

  /** Returns what a trial with these weights scored under a protocol, if that is known. */
  public Optional<Score> find(String digest, int trial, String checkpoint) {
    return Optional.ofNullable(tables.get(digest))
        .map(table -> table.trials().get(trial))
        .filter(score -> score.checkpoint().equals(checkpoint));
  }

  /** Returns every table as a report, in the order of their protocols' sentences. */
  public List<RescoredReport> reports(List<Trial> trials) {
    return tables.entrySet().stream()
        .map(entry -> RescoredReport.of(entry.getKey(), entry.getValue(), trials))
        .sorted(
            Comparator.comparing(RescoredReport::protocol)
                .thenComparing(RescoredReport::protocolDigest))
        .toList();
  }

  /**
   * Keeps scores beside those that are known.
   *
   * @param digest of the protocol
   */
  public void keep(String digest, Table fresh) {
    tables.merge(digest, fresh, Table::with);
    AtomicFile.write(file, ReportJson.write(tables));
  }
}
