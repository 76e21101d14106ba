package org.edm2search.pipeline.worker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.edm2search.campaign.ExecutorSettings;

/**
 * The layout with the largest training throughput, by measurement. Large networks keep all cores
 * busy from one process; small ones spend their time between steps, and several at a time do more.
 *
 * @param best what to use
 * @param measured what it was compared with, itself included
 */
record LayoutChoice(Layout best, List<Throughput> measured) {

  /** A layout with more workers must be faster by this factor to be worth its memory. */
  private static final double WORTHWHILE = 1.05;

  /** Share of the memory that workers may use. */
  private static final double MEMORY_SHARE = 0.7;

  /** Up to so many cores, one worker with all and one worker a core are all there is to compare. */
  private static final int FEW_CORES = 4;

  public LayoutChoice {
    measured = List.copyOf(measured);
  }

  /**
   * Measures and chooses.
   *
   * @param trials how many are to be run; more workers make no sense
   * @param measure takes a few seconds each time
   */
  public static LayoutChoice measure(
      Machine machine, int trials, Function<Layout, Throughput> measure) {
    Layout one = Layout.of(1, machine);
    int most = Math.min(trials, ExecutorSettings.MAX_WORKERS);
    if (machine.cores() == 1 || most <= 1) {
      return new LayoutChoice(one, List.of());
    }
    List<Throughput> measured = new ArrayList<>(List.of(measure.apply(one)));
    long peak = measured.get(0).peakBytes();
    long fitting =
        peak == 0 ? most : Math.max(1, (long) (machine.memoryBytes() * MEMORY_SHARE / peak));
    for (int workers : counts(machine.cores())) {
      int possible = (int) Math.min(Math.min(workers, most), fitting);
      Layout layout = Layout.of(possible, machine);
      if (measured.stream().noneMatch(done -> done.layout().equals(layout))) {
        measured.add(measure.apply(layout));
      }
    }
    return new LayoutChoice(best(measured), measured);
  }

  private static Set<Integer> counts(int cores) {
    Set<Integer> counts = new LinkedHashSet<>();
    if (cores > FEW_CORES) {
      counts.add(2);
      counts.add(cores / 2);
    }
    counts.add(cores);
    return counts;
  }

  private static Layout best(List<Throughput> measured) {
    List<Throughput> byWorkers =
        measured.stream().sorted(Comparator.comparingInt(done -> done.layout().workers())).toList();
    Throughput best = byWorkers.get(0);
    for (Throughput other : byWorkers) {
      if (other.imagesPerSecond() > best.imagesPerSecond() * WORTHWHILE) {
        best = other;
      }
    }
    return best.layout();
  }

  /** Returns what was chosen and what it was compared with, the best first. */
  public String words() {
    if (measured.isEmpty()) {
      return best.toString();
    }
    return measured.stream()
        .sorted(Comparator.comparing((Throughput done) -> !done.layout().equals(best)))
        .map(
            done ->
                String.format(
                    Locale.ROOT, "%s: %.0f images/s", done.layout(), done.imagesPerSecond()))
        .collect(Collectors.joining("; "));
  }
}
