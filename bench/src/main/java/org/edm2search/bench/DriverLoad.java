package org.edm2search.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.edm2search.campaign.Campaign;
import org.edm2search.campaign.CampaignListener;
import org.edm2search.campaign.CampaignResult;
import org.edm2search.campaign.TrialEnd;
import org.edm2search.campaign.TrialExecutor;
import org.edm2search.campaign.TrialProgress;
import org.edm2search.campaign.TrialRequest;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.Protocol;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.data.DatasetProgress;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.edm2search.space.LossPoint;

/**
 * What a campaign costs the machine that runs it, when a large cluster trains: store, journal,
 * strategy and the order of things are real, trials are made up and take no time.
 *
 * <p>Arguments: a campaign file, whose directory must not exist; trials at a time (1000); points of
 * each loss curve (200). Prints a line for each tenth of the campaign, and one once its files are
 * closed.
 */
public final class DriverLoad {

  private DriverLoad() {}

  /** Runs the campaign to its end. */
  public static void main(String[] arguments) {
    CampaignSettings settings = CampaignSettings.load(Path.of(arguments[0]), DatasetProgress.NONE);
    int slots = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1000;
    int points = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 200;
    Path directory = settings.config().directory().path();
    Report report = new Report(directory, Math.max(1, settings.config().trials() / 10));
    System.out.println("  trials   CPU s   ms a trial   wall s   store MB   journal MB   heap MB");
    try (Campaign campaign =
            Campaign.open(
                settings.config(),
                settings.space(),
                Provenance.of(Map.of("data set", "none"), Map.of(), "simulated"),
                settings.pricing(),
                Clock.systemUTC());
        SimulatedCluster cluster = new SimulatedCluster(slots, points)) {
      CampaignResult result = campaign.run(cluster, report);
      System.out.println(result.note());
    }
    report.line();
  }

  /** Prints what was spent so far. */
  private static final class Report implements CampaignListener {
    private final OperatingSystemMXBean system =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final long started = System.nanoTime();
    private final long cpuBefore = system.getProcessCpuTime();
    private final Path directory;
    private final int every;
    private int finished;

    Report(Path directory, int every) {
      this.directory = directory;
      this.every = every;
    }

    @Override
    public void trialFinished(Trial trial) {
      finished++;
      if (finished % every == 0) {
        line();
      }
    }

    void line() {
      double cpu = (system.getProcessCpuTime() - cpuBefore) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "%8d %7.1f %12.2f %8.1f %10.1f %12.1f %9.0f%n",
          finished,
          cpu,
          1e3 * cpu / finished,
          (System.nanoTime() - started) / 1e9,
          megabytes("campaign.mv.db"),
          megabytes("journal.jsonl"),
          peakHeap() / 1e6);
    }

    /** Returns the most that the objects' old generation has held, in bytes. */
    private static double peakHeap() {
      return ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .filter(pool -> pool.isCollectionUsageThresholdSupported())
          .filter(MemoryPoolMXBean::isUsageThresholdSupported)
          .mapToDouble(pool -> pool.getPeakUsage().getUsed())
          .max()
          .orElse(Double.NaN);
    }

    private double megabytes(String name) {
      Path file = directory.resolve(name);
      try {
        return Files.exists(file) ? Files.size(file) / 1e6 : 0;
      } catch (IOException e) {
        return Double.NaN;
      }
    }
  }

  /** Machines whose time is made up: trials take as long as their cost says, give or take. */
  private static final class SimulatedCluster implements TrialExecutor {

    /** The next thing that a trial does. */
    private record Event(double time, TrialRequest trial, TrialProgress progress, int point) {}

    private static final Protocol PROTOCOL = new Protocol("simulated", "0".repeat(64));

    private final PriorityQueue<Event> events =
        new PriorityQueue<>(
            Comparator.comparingDouble(Event::time)
                .thenComparingInt(event -> event.trial().number()));
    private final int slots;
    private final int points;
    private double now;

    SimulatedCluster(int slots, int points) {
      this.slots = slots;
      this.points = points;
    }

    @Override
    public int slots() {
      return slots;
    }

    @Override
    public void start(TrialRequest request, TrialProgress progress) {
      events.add(next(request, progress, 1));
    }

    private Event next(TrialRequest request, TrialProgress progress, int point) {
      double speed = new SplittableRandom(request.seed()).nextDouble(0.5, 2);
      return new Event(
          now + request.cost().multiplyAdds() / speed / points, request, progress, point);
    }

    @Override
    public Optional<TrialEnd> await(Duration atMost) {
      long end = System.nanoTime() + atMost.toNanos();
      while (System.nanoTime() < end) {
        Event event = events.remove();
        now = event.time();
        TrialRequest trial = event.trial();
        if (event.point() > points) {
          return Optional.of(
              new TrialEnd.Measured(trial.number(), measurement(trial), Optional.empty()));
        }
        long images = 100L * event.point();
        double loss = 1 + 1.0 / event.point();
        event.progress().report(Phase.TRAINING, images, 100L * points, OptionalDouble.of(loss), 9);
        event.progress().record(new LossPoint(images, loss));
        events.add(next(trial, event.progress(), event.point() + 1));
      }
      return Optional.empty();
    }

    private static Measurement measurement(TrialRequest trial) {
      double score = Math.exp(new SplittableRandom(trial.seed()).nextGaussian() / 5) * 10;
      return new Measurement(
          new Quantity("FD", score, ""),
          List.of(new Quantity(Quantity.SCORE_DEVIATION, 0.02 * score, "")),
          PROTOCOL);
    }

    @Override
    public void close() {
      events.clear();
    }
  }
}
