package org.edm2search.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.edm2search.campaign.CampaignResult.Ending;
import org.edm2search.campaign.store.H2TrialStore;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.store.TrialStore;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.campaign.trial.Spending;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several trials at a time: whatever the order in which they end, the campaign is the same. */
final class ParallelCampaignTest {

  private static final int TRIALS = 12;
  private static final Clock CLOCK = Clock.fixed(Examples.NOW, ZoneOffset.UTC);

  @TempDir Path folder;

  /** Ends its trials in an order of its own, and can lose its patience. */
  private static class Shuffling implements TrialExecutor {
    private final int slots;
    private final RandomGenerator random;
    private final Map<Integer, TrialRequest> running = new TreeMap<>();
    private final List<Integer> begun = new ArrayList<>();
    private final List<Integer> ended = new ArrayList<>();
    private int patience = Integer.MAX_VALUE;

    Shuffling(int slots, RandomGenerator random) {
      this.slots = slots;
      this.random = random;
    }

    @Override
    public int slots() {
      return slots;
    }

    @Override
    public void start(TrialRequest request, TrialProgress progress) {
      assertThat(running).hasSizeLessThan(slots);
      running.put(request.number(), request);
      begun.add(request.number());
    }

    @Override
    public Optional<TrialEnd> await(Duration atMost) {
      if (ended.size() == patience) {
        throw new IllegalStateException("killed");
      }
      List<Integer> numbers = List.copyOf(running.keySet());
      int number = numbers.get(random.nextInt(numbers.size()));
      ended.add(number);
      TrialRequest request = running.remove(number);
      return Optional.of(
          number % 5 == 3
              ? new TrialEnd.Failed(number, FailureKind.DIVERGED, "diverged")
              : new TrialEnd.Measured(
                  number,
                  Examples.measurement(
                      new SplittableRandom(request.seed() ^ request.cost().multiplyAdds())
                          .nextDouble()),
                  Optional.empty()));
    }

    @Override
    public void close() {}
  }

  private CampaignConfig config(String name, String search) {
    return Examples.config(folder.resolve(name), search, TRIALS);
  }

  private static CampaignResult run(CampaignConfig config, TrialExecutor executor) {
    try (Campaign campaign =
        Campaign.open(
            config, Examples.space(config), Examples.ENVIRONMENT, Examples.PRICES, CLOCK)) {
      return campaign.run(executor, CampaignListener.NONE);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2, 'strategy: genetic, population: 5'",
    "3, 'strategy: nsga2, population: 4'",
    "4, 'strategy: random'",
    "7, 'strategy: genetic, population: 4'"
  })
  void theOrderOfEndsDoesNotMatter(int slots, String search) {
    Shuffling first = new Shuffling(slots, new SplittableRandom(1));
    List<Trial> expected = run(config("first", search), first).trials();
    assertThat(expected).hasSize(TRIALS).allMatch(trial -> trial.state().finished());
    assertThat(first.ended).isNotEqualTo(IntStream.range(0, TRIALS).boxed().toList());
    for (int seed = 2; seed < 4; seed++) {
      Shuffling other = new Shuffling(slots, new SplittableRandom(seed));
      assertThat(run(config("other" + seed, search), other).trials()).isEqualTo(expected);
      assertThat(other.ended).isNotEqualTo(first.ended);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2, 'strategy: genetic, population: 5'",
    "3, 'strategy: nsga2, population: 4'",
    "4, 'strategy: random'"
  })
  void killedAtAnyPointItGoesOnTheSame(int slots, String search) {
    List<Trial> expected =
        run(config("calm", search), new Shuffling(slots, new SplittableRandom(1))).trials();
    SplittableRandom random = new SplittableRandom(7);
    for (int repeat = 0; repeat < 2; repeat++) {
      CampaignConfig config = config("harried" + repeat, search);
      for (int kill = 0; kill < 3; kill++) {
        Shuffling impatient = new Shuffling(slots, random);
        impatient.patience = random.nextInt(4);
        assertThatThrownBy(() -> run(config, impatient)).hasMessage("killed");
      }
      CampaignResult result = run(config, new Shuffling(slots, random));
      assertThat(result.ending()).isEqualTo(Ending.DONE);
      assertThat(result.trials()).isEqualTo(expected);
      try (TrialStore calm = H2TrialStore.open(config("calm", search).directory().store());
          TrialStore harried = H2TrialStore.open(config.directory().store())) {
        assertThat(harried.strategyState()).isEqualTo(calm.strategyState());
        assertThat(harried.rejections()).isEqualTo(calm.rejections());
      }
    }
  }

  /** Every fifth trial fails and costs little, so whether the next one fits may change. */
  @ParameterizedTest
  @ValueSource(strings = {"genetic, population: 4", "random"})
  void aBudgetEndsTheCampaignAtTheSameTrialHoweverTrialsEndAndRunsAreKilled(String search) {
    List<Trial> expected = runWithin("calm", search, new Shuffling(3, new SplittableRandom(1)));
    assertThat(expected).hasSizeBetween(5, TRIALS - 1).allMatch(trial -> trial.state().finished());
    CampaignConfig config = budget("harried", search);
    SplittableRandom random = new SplittableRandom(5);
    for (int kill = 0; kill < 4; kill++) {
      Shuffling impatient = new Shuffling(3, random);
      impatient.patience = 1 + random.nextInt(3);
      try {
        run(config, impatient);
      } catch (IllegalStateException killed) {
        assertThat(killed).hasMessage("killed");
      }
    }
    List<Trial> harried = runWithin("harried", search, new Shuffling(3, random));
    assertThat(harried).isEqualTo(expected);
  }

  private CampaignConfig budget(String name, String search) {
    return CampaignConfig.parse(
        config(name, "strategy: " + search).text() + "budget: {flops: %d}%n".formatted(flops()),
        "test.yaml");
  }

  /** About seven trials. */
  private static long flops() {
    return Examples.space().seedCost().multiplyAdds() * 7_000;
  }

  private List<Trial> runWithin(String name, String search, Shuffling executor) {
    CampaignResult result = run(budget(name, search), executor);
    assertThat(result.ending()).isEqualTo(Ending.DONE);
    assertThat(result.note()).contains("the budget ends the campaign", "budget.flops");
    BigInteger spent = Spending.of(result.trials()).total();
    assertThat(spent).isLessThanOrEqualTo(BigInteger.valueOf(flops()));
    return result.trials();
  }

  @Test
  void aTrialIsProposedOnceThoseLongBeforeItWereTold() {
    Shuffling executor =
        new Shuffling(
            3,
            new RandomGenerator() {
              @Override
              public int nextInt(int bound) {
                return bound - 1; // always the newest first
              }

              @Override
              public long nextLong() {
                return 0;
              }
            });
    run(config("newest", "strategy: random"), executor);
    // 0, 1, 2 run; neither 2 nor 1 lets trial 3 begin, only 0 does, and then three do at once.
    assertThat(executor.begun).isSorted();
    assertThat(executor.ended.subList(0, 6)).containsExactly(2, 1, 0, 5, 4, 3);
  }

  @Test
  void fewerSlotsThanBeforeFirstEndWhatRuns() {
    CampaignConfig config = config("fewer", "strategy: random");
    Shuffling many = new Shuffling(4, new SplittableRandom(1));
    many.patience = 0;
    assertThatThrownBy(() -> run(config, many)).hasMessage("killed");
    Shuffling one = new Shuffling(1, new SplittableRandom(1));
    assertThat(run(config, one).trials()).hasSize(TRIALS);
    assertThat(one.ended).isSorted().hasSize(TRIALS);
  }

  @Test
  void aStoreOfBeforeGoesOn() {
    CampaignConfig config = config("old", "strategy: genetic, population: 5");
    Shuffling two = new Shuffling(1, new SplittableRandom(1));
    two.patience = 6;
    assertThatThrownBy(() -> run(config, two)).hasMessage("killed");
    try (var store = new CampaignStore(config.directory()).open(Clock.systemUTC())) {
      String json = store.strategyState().orElseThrow();
      SearchState state = SearchState.of(json, store.trials());
      assertThat(state.told()).isEqualTo(6);
      assertThat(SearchState.of(state.strategy(), store.trials())).isEqualTo(state);
    }
  }

  @Test
  void failuresOfThisRunAloneTakeAwayHope() {
    CampaignConfig config = config("hopeless", "strategy: random");
    for (int run = 0; run < 2; run++) {
      CampaignResult result =
          run(
              config,
              new Shuffling(2, new SplittableRandom(1)) {
                @Override
                public Optional<TrialEnd> await(Duration atMost) {
                  return super.await(atMost)
                      .map(
                          end -> new TrialEnd.Failed(end.trial(), FailureKind.INVALID, "too deep"));
                }
              });
      assertThat(result.ending()).isEqualTo(Ending.HALTED);
      assertThat(result.note())
          .contains("3 trials in a row failed and none ever completed")
          .contains("too deep");
    }
    try (TrialReader reader = config.directory().read()) {
      assertThat(reader.trials()).hasSizeBetween(6, 8);
    }
    List<Trial> mended = run(config, new Shuffling(2, new SplittableRandom(1))).trials();
    assertThat(mended).hasSize(TRIALS);
    assertThat(mended.get(TRIALS - 1).state()).isEqualTo(TrialState.COMPLETE);
  }
}
