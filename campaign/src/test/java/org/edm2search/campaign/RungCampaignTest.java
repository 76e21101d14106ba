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
import org.edm2search.campaign.CampaignResult.Ending;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.strategy.SearchSettings.Kind;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.campaign.trial.RungLoss;
import org.edm2search.campaign.trial.Spending;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Campaigns whose candidates are trained in rungs. */
final class RungCampaignTest {

  private static final Clock CLOCK = Clock.fixed(Examples.NOW, ZoneOffset.UTC);

  @TempDir Path folder;

  /** Trains to rungs in no time, ends trials in an order of its own, and can lose its patience. */
  private static final class Climbing implements TrialExecutor {
    private final int slots;
    private final RandomGenerator random;
    private final Map<Integer, TrialRequest> running = new TreeMap<>();
    private final List<String> ends = new ArrayList<>();
    private int patience = Integer.MAX_VALUE;
    private boolean failing = true;

    Climbing(int slots, long seed) {
      this.slots = slots;
      this.random = new SplittableRandom(seed);
    }

    @Override
    public int slots() {
      return slots;
    }

    @Override
    public void start(TrialRequest request, TrialProgress progress) {
      assertThat(running).hasSizeLessThan(slots);
      running.put(request.number(), request);
    }

    @Override
    public Optional<TrialEnd> await(Duration atMost) {
      if (ends.size() == patience) {
        throw new IllegalStateException("killed");
      }
      List<Integer> numbers = List.copyOf(running.keySet());
      TrialRequest request = running.remove(numbers.get(random.nextInt(numbers.size())));
      ends.add(request.number() + "@" + request.rung().map(TrialRequest.Rung::index).orElse(-1));
      return Optional.of(end(request));
    }

    private TrialEnd end(TrialRequest request) {
      int number = request.number();
      if (failing && number % 7 == 4) {
        return new TrialEnd.Failed(number, FailureKind.DIVERGED, "diverged");
      }
      double quality =
          1 + new SplittableRandom(request.seed() ^ request.cost().multiplyAdds()).nextDouble();
      Optional<RungLoss> loss =
          request
              .rung()
              .map(
                  rung ->
                      new RungLoss(
                          rung.index(), 64L << rung.index(), quality / 10, 0.01, List.of(0.1)));
      return request.rung().filter(rung -> !rung.top()).isPresent()
          ? new TrialEnd.Screened(number, loss.orElseThrow())
          : new TrialEnd.Measured(number, Examples.measurement(quality), loss);
    }

    @Override
    public void close() {}
  }

  private CampaignConfig config(String name, String search, int trials, String more) {
    return CampaignConfig.parse(
        Examples.yaml(folder.resolve(name), search, trials, Examples.GENES) + more, "test.yaml");
  }

  private static CampaignResult run(CampaignConfig config, TrialExecutor executor) {
    try (Campaign campaign =
        Campaign.open(
            config, Examples.space(config), Examples.ENVIRONMENT, Examples.PRICES, CLOCK)) {
      return campaign.run(executor, CampaignListener.NONE);
    }
  }

  private static String population(Kind kind, int size) {
    return switch (kind) {
      case RANDOM, LOCAL -> "";
      case MODEL -> ", initial: " + size;
      case REGULARIZED_EVOLUTION -> ", tournament: 2, population: " + size;
      case GENETIC -> ", tournament: 2, population: " + size;
      case NSGA2 -> ", population: " + size;
    };
  }

  private static final String RUNGS = "fidelity: {rungs: 3, factor: 3}\n";

  @ParameterizedTest
  @EnumSource(Kind.class)
  void bracketsAreTheSameWithOneWorkerAndWithThree(Kind kind) {
    String search = "strategy: " + kind.text() + population(kind, 5);
    Climbing alone = new Climbing(1, 1);
    List<Trial> expected = run(config("one", search, 20, RUNGS), alone).trials();
    Climbing three = new Climbing(3, 2);
    assertThat(run(config("three", search, 20, RUNGS), three).trials()).isEqualTo(expected);
    assertThat(three.ends).isNotEqualTo(alone.ends);
    assertThat(expected).hasSize(20).allMatch(trial -> trial.state().finished());
    assertThat(expected)
        .filteredOn(trial -> trial.state() == TrialState.PRUNED)
        .hasSizeGreaterThan(8);
    assertThat(expected.get(0).state()).isEqualTo(TrialState.COMPLETE);
  }

  /** All that is asked of rungs, on small random settings, killed and not: none hangs. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void everySettingEndsAndGoesOnAfterKillsAsIfNothingHadHappened(Kind kind) {
    for (int seed = 0; seed < 3; seed++) {
      SplittableRandom random = new SplittableRandom(1000L * kind.ordinal() + seed);
      boolean asynchronous = random.nextBoolean();
      int rungs = 1 + random.nextInt(3);
      String brackets =
          asynchronous
              ? ""
              : ", width: %d, brackets: %d"
                  .formatted(1 + random.nextInt(7), 1 + random.nextInt(rungs));
      String fidelity =
          asynchronous && random.nextInt(3) == 0
              ? ""
              : "fidelity: {rungs: %d, factor: %d%s}\n"
                  .formatted(rungs, 2 + random.nextInt(2), brackets);
      String search =
          "strategy: %s%s, mode: %s"
              .formatted(
                  kind.text(),
                  population(kind, 2 + random.nextInt(5)),
                  asynchronous ? "asynchronous" : "reproducible");
      int trials = 1 + random.nextInt(14);
      int slots = 1 + random.nextInt(4);
      String what =
          "%s, %s, %s, %d trials, %d slots".formatted(seed, search, fidelity, trials, slots);
      CampaignResult calm =
          run(config("calm" + seed, search, trials, fidelity), new Climbing(slots, seed));
      assertThat(calm.ending()).as(what).isEqualTo(Ending.DONE);
      assertThat(calm.trials())
          .as(what)
          .hasSize(trials)
          .allMatch(trial -> trial.state().finished());
      assertThat(calm.trials()).as(what).anyMatch(trial -> trial.state() == TrialState.COMPLETE);

      CampaignConfig harried = config("harried" + seed, search, trials, fidelity);
      CampaignResult result = harry(harried, slots, random);
      if (!asynchronous) {
        assertThat(result.trials()).as(what).isEqualTo(calm.trials());
      }
      assertThat(result.ending()).as(what).isEqualTo(Ending.DONE);
      assertThat(result.trials()).as(what).hasSize(trials).allMatch(t -> t.state().finished());
      assertThat(run(harried, new Climbing(slots, 1)).trials()).isEqualTo(result.trials());
    }
  }

  private static CampaignResult harry(CampaignConfig config, int slots, SplittableRandom random) {
    for (int kill = 0; kill < 4; kill++) {
      Climbing impatient = new Climbing(slots, random.nextLong());
      impatient.patience = random.nextInt(4);
      try {
        return run(config, impatient);
      } catch (IllegalStateException killed) {
        assertThat(killed).hasMessage("killed");
      }
    }
    return run(config, new Climbing(slots, random.nextLong()));
  }

  /** With one slot, ends come in the order of starts, so a kill changes nothing either. */
  @ParameterizedTest
  @ValueSource(strings = {RUNGS, ""})
  void anAsynchronousSearchOfOneWorkerIsTheSameAfterKills(String fidelity) {
    String search =
        "strategy: regularized-evolution, mode: asynchronous, population: 4, tournament: 2";
    List<Trial> calm = run(config("calm", search, 15, fidelity), new Climbing(1, 1)).trials();
    CampaignConfig config = config("harried", search, 15, fidelity);
    List<Trial> harried = harry(config, 1, new SplittableRandom(3)).trials();
    assertThat(harried).isEqualTo(calm);
    assertThat(harried)
        .extracting(trial -> trial.rungs().turn().orElseThrow())
        .doesNotHaveDuplicates();
  }

  @Test
  void aPrunedTrialSaysWhereItStood() {
    Climbing executor = new Climbing(2, 1);
    executor.failing = false;
    List<Trial> trials = run(config("pruned", "strategy: random", 9, RUNGS), executor).trials();
    assertThat(trials)
        .filteredOn(trial -> trial.state() == TrialState.COMPLETE)
        .hasSizeBetween(1, 2);
    Trial worst =
        trials.stream()
            .filter(
                trial ->
                    trial.reason().endsWith("rank 9 of 9")
                        || trial.reason().endsWith("rank 8 of 9"))
            .findFirst()
            .orElseThrow();
    assertThat(worst.reason()).matches("rung 1 of 3: loss 0\\.1\\d+ ± 0\\.010, rank [89] of 9");
    assertThat(worst.rungs().reached()).hasSize(1);
    BigInteger evaluation = BigInteger.valueOf(worst.candidate().cost().multiplyAdds());
    assertThat(worst.spent().training()).isEqualTo(evaluation.multiply(BigInteger.valueOf(100)));
    assertThat(worst.spent().loss()).isEqualTo(evaluation.multiply(BigInteger.valueOf(10)));
    assertThat(worst.spent().sampling()).isZero();
    Trial best =
        trials.stream()
            .filter(trial -> trial.rungs().reached().size() == 3)
            .findFirst()
            .orElseThrow();
    assertThat(best.spent())
        .isEqualTo(
            Examples.PRICES
                .whole(best.candidate().cost())
                .plus(Examples.PRICES.loss(best.candidate().cost()).times(3)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"reproducible", "asynchronous"})
  void aBudgetIsNeverExceededAndLeavesSomebodyAtTheTop(String mode) {
    BigInteger evaluation = BigInteger.valueOf(Examples.space().seedCost().multiplyAdds());
    for (int thousands = 2; thousands < 9; thousands += 3) {
      BigInteger flops = evaluation.multiply(BigInteger.valueOf(1_000L * thousands));
      CampaignConfig config =
          config(
              mode + thousands,
              "strategy: random, mode: " + mode,
              1000,
              RUNGS + "budget: {flops: %d}\n".formatted(flops));
      CampaignResult result = harry(config, 3, new SplittableRandom(thousands));
      assertThat(result.ending()).isEqualTo(Ending.DONE);
      assertThat(result.note()).contains("the budget ends the campaign", "budget.flops");
      assertThat(Spending.of(result.trials()).total()).isLessThanOrEqualTo(flops);
      assertThat(result.trials()).anyMatch(trial -> trial.state() == TrialState.COMPLETE);
      assertThat(result.trials()).allMatch(trial -> trial.state().finished());
    }
  }

  @Test
  void aCampaignOfMoreTrialsGoesOnWithFurtherBrackets() {
    String search = "strategy: random";
    List<Trial> first = run(config("more", search, 9, RUNGS), new Climbing(2, 1)).trials();
    List<Trial> all = run(config("more", search, 18, RUNGS), new Climbing(2, 1)).trials();
    assertThat(all).hasSize(18).startsWith(first.toArray(Trial[]::new));
    assertThat(all)
        .isEqualTo(run(config("atonce", search, 18, RUNGS), new Climbing(1, 2)).trials());
  }

  @Test
  void repeatsAreTrainedAtAStretchAndAFailedTrialThatIsTriedAgainIsComparedTooLate() {
    CampaignConfig config =
        config("late", "strategy: random", 9, RUNGS + "confirm: {top: 1, runs: 2}\n");
    List<Trial> trials = run(config, new Climbing(2, 1)).trials();
    assertThat(trials.get(4).state()).isEqualTo(TrialState.FAILED);
    assertThat(trials).filteredOn(trial -> trial.repeatOf().isPresent()).isNotEmpty();
    assertThat(trials.get(9).rungs().reached()).isEmpty();
    config.directory().putBack(4, CLOCK);
    Climbing mended = new Climbing(2, 1);
    mended.failing = false;
    run(config, mended);
    try (TrialReader after = config.directory().read()) {
      Trial again = after.trials().get(4);
      assertThat(again.state()).isEqualTo(TrialState.PRUNED);
      assertThat(again.reason()).contains("rung 1 of 3", "which had been decided before");
    }
    assertThat(mended.ends).containsExactly("4@0");
  }

  @Test
  void aSearchWithRungsCannotLoseThem() {
    run(config("changed", "strategy: random", 3, RUNGS), new Climbing(1, 1));
    CampaignConfig without = config("changed", "strategy: random", 3, "");
    assertThatThrownBy(() -> run(without, new Climbing(1, 1)))
        .hasMessageContaining("rungs: is missing, but the campaign in");
  }
}
