package org.edm2search.pipeline.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.edm2search.campaign.report.ReportJson;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What was chosen for the trials of a campaign, kept in {@code chosen.json} in its directory. */
public final class FinalChoices {

  private static final String FILE = "chosen.json";
  private static final long MOST_BYTES = 1 << 20;

  private final Path file;
  private final Map<Integer, FinalChoice> choices = new TreeMap<>();

  private FinalChoices(Path file) {
    this.file = file;
  }

  /**
   * Opens the choices of a campaign.
   *
   * @param campaign its directory
   * @throws Edm2SearchException if the file is damaged
   */
  public static FinalChoices of(Path campaign) {
    FinalChoices choices = new FinalChoices(campaign.resolve(FILE));
    if (Files.exists(choices.file)) {
      choices.read();
    }
    return choices;
  }

  private void read() {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw damaged("it is larger than 1 MiB", null);
      }
      JsonNode root = JsonMapper.shared().readTree(Files.readString(file));
      for (Map.Entry<String, JsonNode> entry : root.properties()) {
        choices.put(Integer.valueOf(entry.getKey()), FinalChoice.of(entry.getValue()));
      }
    } catch (IOException e) {
      throw damaged(AtomicFile.reason(e), e);
    } catch (JacksonException e) {
      throw damaged("it is not JSON", e);
    } catch (IllegalArgumentException e) {
      throw damaged(String.valueOf(e.getMessage()), e);
    }
  }

  private Edm2SearchException damaged(String why, @Nullable Exception e) {
    return new Edm2SearchException(
        "%s is damaged (%s); move it away and choose again by 'finalists'".formatted(file, why), e);
  }

  /** Returns what was chosen for a trial. */
  public Optional<FinalChoice> find(int trial) {
    return Optional.ofNullable(choices.get(trial));
  }

  /** Returns the trials that something was chosen for. */
  public Set<Integer> trials() {
    return Set.copyOf(choices.keySet());
  }

  /** Keeps what was chosen for a trial in the place of an earlier choice. */
  public void put(int trial, FinalChoice choice) {
    choices.put(trial, choice);
    Map<String, Object> json = new TreeMap<>();
    choices.forEach((number, chosen) -> json.put(Integer.toString(number), chosen.toJson()));
    AtomicFile.write(file, ReportJson.write(json));
  }
}
