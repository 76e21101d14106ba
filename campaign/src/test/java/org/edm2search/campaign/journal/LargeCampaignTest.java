package org.edm2search.campaign.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.SplittableRandom;
import org.edm2search.campaign.Examples;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.leaderboard.LeaderboardCsv;
import org.edm2search.campaign.leaderboard.ParetoFront;
import org.edm2search.campaign.store.InMemoryStore;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.LossCurve;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.LossPoint;
import org.edm2search.space.SearchSpace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Ten times as many trials take about ten times as long; quadratic ranking took a hundred times.
 */
@Isolated
final class LargeCampaignTest {

  private static final int FEW = 1_000;
  private static final int MANY = 10_000;

  /** Between the ratio of sizes and its square. */
  private static final double NEARLY_LINEAR = 40;

  @TempDir Path folder;

  @Test
  void readingAndRankingAreNearlyLinear() {
    Path few = journal("few.jsonl", FEW);
    Path many = journal("many.jsonl", MANY);
    for (int warm = 0; warm < 5; warm++) {
      nanos(few);
    }
    assertThat(least(many) / least(few)).isLessThan(NEARLY_LINEAR);
  }

  private static double least(Path journal) {
    long least = Long.MAX_VALUE;
    for (int repeat = 0; repeat < 3; repeat++) {
      least = Math.min(least, nanos(journal));
    }
    return least;
  }

  /** CPU time of this thread, which others on the machine do not lengthen. */
  private static long nanos(Path journal) {
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    try (JournalReader reader = JournalReader.open(journal)) {
      Leaderboard.Table table = Leaderboard.of(reader.trials()).tables().get(0);
      assertThat(ParetoFront.of(table)).isNotEmpty();
      assertThat(LeaderboardCsv.write(reader.trials())).isNotEmpty();
      assertThat(reader.losses(7)).hasSize(5);
    }
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
  }

  private Path journal(String name, int trials) {
    Path file = folder.resolve(name);
    SearchSpace space = Examples.space();
    SplittableRandom random = new SplittableRandom(1);
    InMemoryStore store = new InMemoryStore();
    for (int number = 0; number < trials; number++) {
      Candidate candidate = Candidate.of(space, space.random(random));
      Trial waiting = Trial.waiting(number, candidate, Examples.NOW);
      store.create(waiting, List.of(), "{}");
      Trial running = waiting.started(Examples.NOW);
      store.start(running);
      store.record(
          new LossCurve(
              number,
              random
                  .doubles(5)
                  .mapToObj(loss -> new LossPoint((long) (loss * 1e9), loss))
                  .toList()));
      store.finish(
          running.complete(
              Examples.measurement(random.nextDouble()), Examples.ENVIRONMENT, Examples.NOW),
          "{}");
    }
    JournaledStore.of(store, file, Clock.systemUTC()).close();
    return file;
  }
}
