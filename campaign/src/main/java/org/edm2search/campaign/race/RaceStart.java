package org.edm2search.campaign.race;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.yaml.InvalidConfigException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a race began with, kept in {@code race.json} of the campaign's directory: a race that goes
 * on has the same contenders, whatever their new scores are.
 *
 * @param asked how the contenders were chosen, in words
 * @param searched trials of the search there were then
 * @param firstRun number of the first trial that is a training of the race
 * @param contenders trials that race, best first
 */
public record RaceStart(String asked, int searched, int firstRun, List<Integer> contenders) {

  private static final String FILE = "race.json";
  private static final long MOST_BYTES = 1 << 20;

  public RaceStart {
    contenders = List.copyOf(contenders);
    if (contenders.isEmpty()
        || new HashSet<>(contenders).size() != contenders.size()
        || searched < 0
        || firstRun < 0
        || contenders.stream().anyMatch(number -> number < 0)) {
      throw new IllegalArgumentException("a race needs contenders, each once");
    }
  }

  /**
   * Begins a race, or goes on with the last one if the same was asked for then: with its
   * contenders, whatever they scored since.
   *
   * @param asked how the contenders are chosen, in words
   * @param contenders those that are chosen now, best first
   * @param trials of the campaign
   * @throws InvalidConfigException if what the last race began with cannot be read
   */
  public static RaceStart in(
      CampaignDirectory directory, String asked, List<Integer> contenders, List<Trial> trials) {
    Optional<RaceStart> last = find(directory).filter(start -> start.goesOn(asked, trials));
    if (last.isPresent()) {
      return last.get();
    }
    RaceStart start = of(asked, contenders, trials);
    start.write(directory);
    return start;
  }

  /** Returns the start of a race among these trials now. */
  public static RaceStart of(String asked, List<Integer> contenders, List<Trial> trials) {
    return new RaceStart(asked, searched(trials), trials.size(), contenders);
  }

  private static int searched(List<Trial> trials) {
    return (int) trials.stream().filter(trial -> trial.repeatOf().isEmpty()).count();
  }

  /** Returns whether the same was asked and nothing was searched since: then the race goes on. */
  public boolean goesOn(String nowAsked, List<Trial> trials) {
    return asked.equals(nowAsked) && searched == searched(trials) && firstRun <= trials.size();
  }

  /**
   * Reads what the last race of a campaign began with.
   *
   * @throws InvalidConfigException if the file is damaged
   */
  public static Optional<RaceStart> find(CampaignDirectory directory) {
    Path file = file(directory);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw damaged(file, "it is larger than 1 MiB");
      }
      return Optional.of(JsonMapper.shared().readValue(Files.readString(file), RaceStart.class));
    } catch (IOException e) {
      throw damaged(file, AtomicFile.reason(e));
    } catch (JacksonException | NullPointerException e) {
      throw damaged(file, "it is not what a race wrote");
    }
  }

  private static InvalidConfigException damaged(Path file, String why) {
    return new InvalidConfigException(
        file.toString(), "is damaged (%s); move it away to start a new race".formatted(why));
  }

  /** Keeps it. */
  public void write(CampaignDirectory directory) {
    AtomicFile.write(
        file(directory),
        JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
  }

  private static Path file(CampaignDirectory directory) {
    return directory.path().resolve(FILE);
  }
}
