package org.edm2search.campaign;

import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.edm2search.space.yaml.Section;

/**
 * The {@code executor} section of a campaign: where trials run. It may change between runs.
 *
 * @param workers processes that train at a time; empty to measure what is fastest
 * @param memoryMebibytes largest Java heap of a worker; tensors live outside it
 */
public record ExecutorSettings(OptionalInt workers, int memoryMebibytes) {

  /** Most processes. */
  public static final int MAX_WORKERS = 64;

  /** What {@code workers} says to let the program choose. */
  public static final String AUTO = "auto";

  private static final int DEFAULT_MEBIBYTES = 1024;
  private static final int LEAST_MEBIBYTES = 256;
  private static final int MOST_MEBIBYTES = 1 << 20;
  private static final Pattern MEMORY = Pattern.compile("(\\d{1,7})([mg])");

  public ExecutorSettings {
    if (workers.isPresent() && (workers.getAsInt() < 1 || workers.getAsInt() > MAX_WORKERS)) {
      throw new IllegalArgumentException(
          "workers must be auto or 1 to %d, but is %d".formatted(MAX_WORKERS, workers.getAsInt()));
    }
    if (memoryMebibytes < LEAST_MEBIBYTES || memoryMebibytes > MOST_MEBIBYTES) {
      throw new IllegalArgumentException(
          "memory must be 256m to 1024g, but is %dm".formatted(memoryMebibytes));
    }
  }

  /** Returns what holds without the section. */
  public static ExecutorSettings defaults() {
    return new ExecutorSettings(OptionalInt.empty(), DEFAULT_MEBIBYTES);
  }

  /** Reads the section and rejects unknown keys. */
  public static ExecutorSettings read(Section section) {
    OptionalInt workers = OptionalInt.empty();
    String count = section.string("workers", AUTO);
    if (!count.equals(AUTO)) {
      try {
        workers = OptionalInt.of(parseWorkers(count));
      } catch (IllegalArgumentException e) {
        throw section.error("workers", e.getMessage().replaceFirst("^workers ", ""));
      }
    }
    int memory = DEFAULT_MEBIBYTES;
    if (section.has("memory")) {
      String text = section.string("memory").toLowerCase(Locale.ROOT);
      Matcher parts = MEMORY.matcher(text);
      long mebibytes =
          parts.matches() ? Long.parseLong(parts.group(1)) * (text.endsWith("g") ? 1024 : 1) : 0;
      if (mebibytes < LEAST_MEBIBYTES || mebibytes > MOST_MEBIBYTES) {
        throw section.error(
            "memory", "must be 256m to 1024g, such as 1g or 1500m, but is '%s'".formatted(text));
      }
      memory = (int) mebibytes;
    }
    section.rejectUnknown();
    return new ExecutorSettings(workers, memory);
  }

  /**
   * Reads a number of workers.
   *
   * @throws IllegalArgumentException naming the rule
   */
  public static int parseWorkers(String text) {
    int count = text.matches("\\d{1,3}") ? Integer.parseInt(text) : 0;
    if (count < 1 || count > MAX_WORKERS) {
      throw new IllegalArgumentException(
          "workers must be auto or 1 to %d, but is '%s'".formatted(MAX_WORKERS, text));
    }
    return count;
  }
}
