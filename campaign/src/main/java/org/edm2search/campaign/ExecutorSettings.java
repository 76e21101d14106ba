package org.edm2search.campaign;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.edm2search.space.yaml.DurationKey;
import org.edm2search.space.yaml.Section;

/**
 * The {@code executor} section of a campaign: where trials run. It may change between runs.
 *
 * @param workers processes that train at a time; empty to measure what is fastest
 * @param memoryMebibytes largest Java heap of a worker; tensors live outside it
 * @param retries how often a trial is tried again in one run that failed through the environment
 * @param pause before the first of them; doubles each time
 * @param silence after which a worker that reported nothing is ended and its trial tried again
 * @param cluster the machines workers run on, empty for this one
 */
public record ExecutorSettings(
    OptionalInt workers,
    int memoryMebibytes,
    int retries,
    Duration pause,
    Duration silence,
    Optional<ClusterSettings> cluster) {

  /** Most processes on one machine. */
  public static final int MAX_WORKERS = 64;

  /** Most trials at a time on a cluster. */
  public static final int MAX_CLUSTER_WORKERS = 1_000;

  /** What {@code workers} says to let the program choose. */
  public static final String AUTO = "auto";

  private static final String LOCAL = "local";
  private static final String SPARK = "spark";
  private static final int DEFAULT_MEBIBYTES = 1024;
  private static final int DEFAULT_RETRIES = 3;
  private static final int MOST_RETRIES = 100;
  private static final String DEFAULT_PAUSE = "10s";
  private static final String DEFAULT_SILENCE = "30m";
  private static final int LEAST_MEBIBYTES = 256;
  private static final int MOST_MEBIBYTES = 1 << 20;
  private static final Pattern MEMORY = Pattern.compile("(\\d{1,7})([mg])");

  public ExecutorSettings {
    int most = most(cluster.isPresent());
    if (workers.isPresent() && (workers.getAsInt() < 1 || workers.getAsInt() > most)) {
      throw new IllegalArgumentException(
          "workers must be auto or 1 to %d, but is %d".formatted(most, workers.getAsInt()));
    }
    if (cluster.isPresent() && workers.isEmpty()) {
      throw new IllegalArgumentException("workers must be a number on a cluster");
    }
    if (memoryMebibytes < LEAST_MEBIBYTES || memoryMebibytes > MOST_MEBIBYTES) {
      throw new IllegalArgumentException(
          "memory must be 256m to 1024g, but is %dm".formatted(memoryMebibytes));
    }
    if (retries < 0 || retries > MOST_RETRIES) {
      throw new IllegalArgumentException(
          "retries must be 0 to %d, but is %d".formatted(MOST_RETRIES, retries));
    }
    requireRange("pause", pause, Duration.ZERO);
    requireRange("silence", silence, Duration.ofSeconds(1));
  }

  private static void requireRange(String name, Duration value, Duration least) {
    if (value.compareTo(least) < 0 || value.compareTo(DurationKey.LONGEST) > 0) {
      throw new IllegalArgumentException(
          "%s must be %ds to 24h, but is %ds"
              .formatted(name, least.toSeconds(), value.toSeconds()));
    }
  }

  /** Returns what holds without the section. */
  public static ExecutorSettings defaults() {
    return read(Section.parse("{}", "executor"));
  }

  /** Reads the section and rejects unknown keys. */
  public static ExecutorSettings read(Section section) {
    Optional<ClusterSettings> cluster =
        section.oneOf("kind", List.of(LOCAL, SPARK), LOCAL).equals(SPARK)
            ? Optional.of(ClusterSettings.read(section))
            : Optional.empty();
    OptionalInt workers = OptionalInt.empty();
    String count =
        cluster.isPresent() ? section.string("workers") : section.string("workers", AUTO);
    if (cluster.isPresent() || !count.equals(AUTO)) {
      try {
        workers = OptionalInt.of(parse(count, cluster.isPresent()));
      } catch (IllegalArgumentException e) {
        throw section.error(
            "workers", String.valueOf(e.getMessage()).replaceFirst("^workers ", ""));
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
    int retries = section.integer("retries", DEFAULT_RETRIES);
    if (retries < 0 || retries > MOST_RETRIES) {
      throw section.error("retries", "must be 0 to %d, but is %d".formatted(MOST_RETRIES, retries));
    }
    Duration pause = DurationKey.read(section, "pause", DEFAULT_PAUSE, Duration.ZERO);
    Duration silence = DurationKey.read(section, "silence", DEFAULT_SILENCE, Duration.ofSeconds(1));
    section.rejectUnknown();
    return new ExecutorSettings(workers, memory, retries, pause, silence, cluster);
  }

  /**
   * Reads a number of workers.
   *
   * @throws IllegalArgumentException naming the rule
   */
  public static int parseWorkers(String text) {
    return parse(text, false);
  }

  private static int parse(String text, boolean cluster) {
    int count = text.matches("\\d{1,4}") ? Integer.parseInt(text) : 0;
    int most = most(cluster);
    if (count < 1 || count > most) {
      throw new IllegalArgumentException(
          cluster
              ? "workers must be 1 to %d on a cluster, but is '%s'".formatted(most, text)
              : "workers must be auto or 1 to %d, but is '%s'".formatted(most, text));
    }
    return count;
  }

  private static int most(boolean cluster) {
    return cluster ? MAX_CLUSTER_WORKERS : MAX_WORKERS;
  }
}
