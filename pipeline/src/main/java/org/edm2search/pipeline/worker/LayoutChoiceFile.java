package org.edm2search.pipeline.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.edm2search.campaign.ExecutorSettings;
import org.edm2search.space.base.AtomicFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The measured choice of a campaign, kept in its directory so that it goes on the same way. */
final class LayoutChoiceFile {

  private static final String NAME = "workers.json";
  private static final long LARGEST_BYTES = 64 << 10;
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  private final Path file;

  LayoutChoiceFile(Path campaignDirectory) {
    this.file = campaignDirectory.resolve(NAME);
  }

  /**
   * What is kept.
   *
   * @param cores of the machine it was measured on
   */
  private record Kept(int cores, int workers, List<Throughput> measured) {}

  /** Returns the choice, if it was made on a machine of as many cores and can be read. */
  Optional<LayoutChoice> read(Machine machine) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LARGEST_BYTES) {
        return Optional.empty();
      }
      Kept kept = MAPPER.readValue(Files.readString(file), Kept.class);
      boolean valid =
          kept.cores() == machine.cores()
              && kept.workers() >= 1
              && kept.workers() <= ExecutorSettings.MAX_WORKERS
              && kept.measured() != null;
      return valid
          ? Optional.of(new LayoutChoice(Layout.of(kept.workers(), machine), kept.measured()))
          : Optional.empty();
    } catch (IOException | JacksonException | NullPointerException e) {
      return Optional.empty(); // measured anew, and replaced
    }
  }

  void write(Machine machine, LayoutChoice choice) {
    AtomicFile.write(
        file,
        MAPPER.writeValueAsString(
            new Kept(machine.cores(), choice.best().workers(), choice.measured())));
  }
}
