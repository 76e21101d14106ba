package org.edm2search.pipeline.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.edm2search.model.profile.Pass;
import org.edm2search.model.profile.ProfileProcess;
import org.edm2search.model.profile.Repetition;
import org.edm2search.space.LatencyProbe;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.yaml.ArchitectureYaml;
import org.edm2search.space.yaml.InvalidConfigException;

/**
 * Latency of networks, each measured once, in a process of its own with one thread and one image:
 * the median of {@value #RUNS} evaluations. What was measured is kept in a file of the campaign's
 * directory, because a campaign that goes on must find what it found before. Not thread-safe.
 */
final class MeasuredLatency implements LatencyProbe {

  private static final int RUNS = 11;
  private static final double SECONDS = 5;
  private static final String HEADER = "architecture_id,milliseconds";

  private final Path file;
  private final ToDoubleFunction<ArchitectureSpec> measure;

  /**
   * Prepares measurements.
   *
   * @param file where they are kept
   */
  MeasuredLatency(Path file) {
    this(file, MeasuredLatency::measured);
  }

  MeasuredLatency(Path file, ToDoubleFunction<ArchitectureSpec> measure) {
    this.file = file;
    this.measure = measure;
  }

  private static double measured(ArchitectureSpec architecture) {
    return 1000
        * new ProfileProcess(1, (step, seconds) -> {})
            .measure(architecture, new Pass(Pass.Kind.DENOISING, 1), new Repetition(RUNS, SECONDS))
            .medianSeconds();
  }

  /**
   * {@inheritDoc}
   *
   * @throws InvalidConfigException if the file is damaged
   */
  @Override
  public double milliseconds(ArchitectureSpec architecture) {
    Map<String, Double> known = read();
    String id = ArchitectureYaml.id(architecture);
    Double before = known.get(id);
    if (before != null) {
      return before;
    }
    double milliseconds = measure.applyAsDouble(architecture);
    known.put(id, milliseconds);
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    known.forEach((key, value) -> text.append(key).append(',').append(value).append('\n'));
    AtomicFile.write(file, text.toString());
    return milliseconds;
  }

  private Map<String, Double> read() {
    Map<String, Double> known = new TreeMap<>();
    if (!Files.exists(file)) {
      return known;
    }
    try {
      for (String line : Files.readAllLines(file)) {
        if (!line.equals(HEADER)) {
          if (!line.matches("[0-9a-f]{16},\\d{1,9}(\\.\\d{1,20})?([eE]-?\\d{1,2})?")) {
            throw new InvalidConfigException(
                file.toString(),
                "has a line '%s' that is not id,milliseconds; remove the file to measure again"
                    .formatted(line.length() > 60 ? line.substring(0, 60) + "…" : line));
          }
          known.put(line.substring(0, 16), Double.parseDouble(line.substring(17)));
        }
      }
    } catch (IOException e) {
      throw new InvalidConfigException(file.toString(), "cannot be read: " + AtomicFile.reason(e));
    }
    return known;
  }
}
