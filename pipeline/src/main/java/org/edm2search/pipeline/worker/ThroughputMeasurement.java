package org.edm2search.pipeline.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.edm2search.campaign.TrialProgress;
import org.edm2search.campaign.TrialRequest;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.worker.WorkerExecutor;
import org.edm2search.space.LossPoint;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.cost.CostModel;

/**
 * Training throughput of worker processes: all of a layout's train the same network at the same
 * time, and each is measured from when the last one is warm to the end.
 */
final class ThroughputMeasurement {

  /** After its first step a worker compiles and sets up; steps become steady within this. */
  private static final long WARM_UP_NANOS = 2_500_000_000L;

  private static final long WINDOW_NANOS = 4_000_000_000L;

  /** Networks so large that a step takes seconds are measured for longer, but not for ever. */
  private static final int LEAST_REPORTS = 4;

  private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

  private static final long LONGEST_NANOS = 90_000_000_000L;

  private final ArchitectureSpec architecture;
  private final Function<Layout, WorkerExecutor> executors;
  private final BooleanSupplier stop;

  ThroughputMeasurement(
      ArchitectureSpec architecture,
      Function<Layout, WorkerExecutor> executors,
      BooleanSupplier stop) {
    this.architecture = architecture;
    this.executors = executors;
    this.stop = stop;
  }

  /** Returns what a layout achieves; nothing where its workers fail or take too long. */
  Throughput measure(Layout layout) {
    Path folder = temporary();
    try (WorkerExecutor executor = executors.apply(layout)) {
      LayoutProgress watch = new LayoutProgress(layout.workers());
      for (int worker = 0; worker < layout.workers(); worker++) {
        Path own = Files.createDirectory(folder.resolve(Integer.toString(worker)));
        executor.start(
            new TrialRequest(
                worker, architecture, CostModel.of(architecture), own, worker, Optional.empty()),
            watch.of(worker));
      }
      // The first worker that stops or fails ends the measurement.
      watch.peak = () -> peak(executor, layout.workers());
      while (executor.await(BETWEEN_LOOKS).isEmpty()) {
        // what there is to see goes to the watch
      }
      return new Throughput(layout, watch.imagesPerSecond(), watch.peakBytes);
    } catch (IOException e) {
      throw new Edm2SearchException("cannot measure in %s: %s".formatted(folder, e), e);
    } finally {
      delete(folder);
    }
  }

  private static long peak(WorkerExecutor executor, int workers) {
    long peak = 0;
    for (int worker = 0; worker < workers; worker++) {
      OptionalLong process = executor.process(worker);
      if (process.isPresent()) {
        peak = Math.max(peak, peakBytes(process.getAsLong()));
      }
    }
    return peak;
  }

  /** The kernel's high-water mark of a process's memory, 0 where there is none. */
  private static long peakBytes(long process) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/%d/status".formatted(process)))) {
      return lines
          .filter(line -> line.matches("VmHWM:\\s+\\d{1,15} kB"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(0);
    } catch (IOException | java.io.UncheckedIOException e) {
      return 0;
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("edm2-search-measure");
    } catch (IOException e) {
      throw new Edm2SearchException("cannot create a temporary directory: " + e, e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      folder.toFile().deleteOnExit();
    }
  }

  /** What all workers of a layout reported; on the campaign's thread alone. */
  private final class LayoutProgress {
    private final List<WorkerProgress> all = new ArrayList<>();
    private final long started = System.nanoTime();
    private long windowStart;
    private long peakBytes;
    private java.util.function.LongSupplier peak = () -> 0;
    private boolean done;

    LayoutProgress(int workers) {
      for (int worker = 0; worker < workers; worker++) {
        all.add(new WorkerProgress());
      }
    }

    TrialProgress of(int worker) {
      return all.get(worker);
    }

    double imagesPerSecond() {
      return all.stream().allMatch(WorkerProgress::measured)
          ? all.stream().mapToDouble(WorkerProgress::imagesPerSecond).sum()
          : 0;
    }

    boolean over(long now) {
      if (windowStart == 0
          && all.stream()
              .allMatch(worker -> worker.steps > 0 && now - worker.first > WARM_UP_NANOS)) {
        windowStart = now;
        all.forEach(WorkerProgress::open);
      }
      boolean enough =
          windowStart != 0
              && now - windowStart >= WINDOW_NANOS
              && all.stream().allMatch(WorkerProgress::measured);
      if (!done && (enough || now - started > LONGEST_NANOS || stop.getAsBoolean())) {
        done = true;
        peakBytes = peak.getAsLong();
      }
      return done;
    }

    /** One worker. */
    private final class WorkerProgress implements TrialProgress {
      private int steps;
      private long first;
      private long last;
      private long images;
      private int reportsInWindow;
      private long from;
      private long imagesFrom;

      void open() {
        from = last;
        imagesFrom = images;
      }

      boolean measured() {
        return reportsInWindow >= LEAST_REPORTS;
      }

      double imagesPerSecond() {
        return (images - imagesFrom) / ((last - from) / 1e9);
      }

      @Override
      public void report(
          Phase phase, long done, long total, OptionalDouble loss, double imagesPerSecond) {
        last = System.nanoTime();
        images = done;
        if (steps++ == 0) {
          first = last;
        }
        if (windowStart != 0) {
          reportsInWindow++;
        }
      }

      @Override
      public void record(LossPoint point) {}

      @Override
      public boolean stopRequested() {
        return over(System.nanoTime());
      }
    }
  }
}
