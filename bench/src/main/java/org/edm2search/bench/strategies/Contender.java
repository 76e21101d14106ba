package org.edm2search.bench.strategies;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.edm2search.bench.strategies.Account.Look;
import org.edm2search.campaign.fidelity.FidelitySettings;
import org.edm2search.campaign.fidelity.FidelitySettings.Mode;
import org.edm2search.campaign.fidelity.HalvingScheduler;
import org.edm2search.campaign.fidelity.HalvingScheduler.Decision;
import org.edm2search.campaign.fidelity.RungResult;
import org.edm2search.campaign.fidelity.RungTranslation;
import org.edm2search.campaign.strategy.Observation;
import org.edm2search.campaign.strategy.SearchSettings;
import org.edm2search.campaign.strategy.SearchSettings.Kind;
import org.edm2search.campaign.strategy.SearchStrategy;
import org.edm2search.campaign.strategy.SearchStrategy.Proposal;
import org.edm2search.space.Genotype;

/** A way to spend a budget. Those that search do so with the strategies and rungs of campaigns. */
enum Contender {
  RANDOM(Kind.RANDOM),
  /** Of four looks one is a second one, with other samples, at the best so far. */
  RANDOM_REPEATS(Kind.RANDOM) {
    @Override
    void step(Search search) {
      Optional<String> again = search.trials % 3 == 2 ? search.bestScoredOnce() : Optional.empty();
      again.ifPresent(search.account::score);
      search.full();
    }
  },
  /** Half of the budget for short trainings of many, the rest for full ones of the best. */
  ONE_EPOCH_THEN_BEST(Kind.RANDOM) {
    @Override
    void play(Search search) {
      Map<String, Double> losses = new HashMap<>();
      while (search.account.left() > 0.5) {
        Optional<Genotype> next = search.ask();
        if (next.isEmpty()) {
          break;
        }
        losses.put(next.get().id(), search.account.loss(next.get().id(), 0).value());
      }
      losses.entrySet().stream()
          .sorted(Map.Entry.comparingByValue())
          .takeWhile(one -> search.account.open())
          .forEach(one -> search.account.score(one.getKey()));
    }
  },
  REGULARIZED_EVOLUTION(Kind.REGULARIZED_EVOLUTION),
  GENETIC(Kind.GENETIC),
  NSGA2(Kind.NSGA2),
  LOCAL(Kind.LOCAL),
  MODEL(Kind.MODEL),
  /** Successive halving of random candidates by held-out loss. */
  HALVING(Kind.RANDOM) {
    @Override
    void play(Search search) {
      new Rungs(search).play();
    }
  },
  /** The same of candidates the model proposes, which learns from every rung. */
  HALVING_MODEL(Kind.MODEL) {
    @Override
    void play(Search search) {
      new Rungs(search).play();
    }
  };

  private final Kind kind;

  Contender(Kind kind) {
    this.kind = kind;
  }

  /** Returns the name in tables and pictures. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Spends a budget; equal worlds and seeds give equal results. */
  Account play(World world, long seed) {
    Search search = new Search(world, SearchSettings.of(kind), seed);
    play(search);
    return search.account;
  }

  void play(Search search) {
    while (search.account.open() && !search.exhausted) {
      step(search);
    }
  }

  void step(Search search) {
    search.full();
  }

  /** A strategy with an account. */
  static final class Search {
    private final Account account;
    private final SearchStrategy strategy;
    private int trials;
    private boolean exhausted;

    Search(World world, SearchSettings settings, long seed) {
      account = new Account(world);
      strategy = settings.strategy(world.space(), seed, List.of(), Optional.empty());
    }

    /**
     * Returns the next proposal the table has; the strategy is told that others failed, at no cost.
     */
    Optional<Genotype> ask() {
      while (strategy.ask() instanceof Proposal.Try next) {
        Genotype genotype = next.genotype();
        if (account.knows(genotype.id())) {
          trials++;
          return Optional.of(genotype);
        }
        tell(trials++, genotype.id(), OptionalDouble.empty(), 0);
      }
      exhausted = true;
      return Optional.empty();
    }

    private void tell(int trial, String id, OptionalDouble score, double variance) {
      strategy.tell(new Observation(trial, id, score, variance, 0));
    }

    /** Trains the next proposal fully, scores it and tells the strategy. */
    void full() {
      ask()
          .ifPresent(
              next -> {
                int trial = trials - 1;
                Look look = account.score(next.id());
                tell(trial, next.id(), OptionalDouble.of(look.value()), variance(look));
              });
    }

    private static double variance(Look look) {
      return look.deviation() * look.deviation();
    }

    Optional<String> bestScoredOnce() {
      return account.scored().stream()
          .min(Comparator.comparingDouble(id -> account.mean(id).orElseThrow()))
          .filter(account::hasSecondLook);
    }
  }

  /**
   * Successive halving around a strategy. As in campaigns the first candidate, which all are
   * compared with, goes to the top even where others are better.
   */
  private static final class Rungs {
    private static final int SEED = 0;

    private static final FidelitySettings SETTINGS = FidelitySettings.of(Mode.REPRODUCIBLE, 3, 3);
    private static final int TOP = SETTINGS.top();

    private final Search search;
    private final HalvingScheduler scheduler = HalvingScheduler.of(SETTINGS, Optional.empty());
    private final List<RungResult> results = new ArrayList<>();

    /** By number of the scheduler: identity, and number of the strategy's trial. */
    private final List<String> ids = new ArrayList<>();

    private final List<Integer> trials = new ArrayList<>();

    Rungs(Search search) {
      this.search = search;
    }

    void play() {
      Optional<Genotype> waiting = search.ask();
      while (search.account.open()
          && scheduler.ask(waiting.isPresent()) instanceof Decision.Train train) {
        if (scheduler.out().stream().anyMatch(out -> out.candidate() == SEED)) {
          learn(SEED, TOP, search.account.score(ids.get(SEED)));
        }
        if (train.fresh()) {
          ids.add(waiting.orElseThrow().id());
          trials.add(search.trials - 1);
        }
        show(train);
        if (train.fresh()) {
          waiting = search.ask();
          if (waiting.isEmpty()) {
            scheduler.close();
          }
        }
      }
    }

    private void show(Decision.Train train) {
      String id = ids.get(train.candidate());
      Look look =
          train.rung() == TOP ? search.account.score(id) : search.account.loss(id, train.rung());
      scheduler.tell(new RungResult(train.candidate(), train.rung(), List.of(look.value())));
      learn(train.candidate(), train.rung(), look);
    }

    private void learn(int candidate, int rung, Look look) {
      RungResult result = new RungResult(candidate, rung, List.of(look.value()));
      results.add(result);
      RungTranslation translation = new RungTranslation(SETTINGS.rungs(), results);
      if (rung == TOP) {
        tellAll(translation, look);
      } else {
        tell(translation, result, 0);
      }
    }

    /** A full training says more of what the lower rungs of all others mean. */
    private void tellAll(RungTranslation translation, Look look) {
      Map<Integer, RungResult> latest = new HashMap<>();
      results.forEach(result -> latest.put(result.candidate(), result));
      latest.values().stream()
          .sorted(Comparator.comparingInt(RungResult::candidate))
          .forEach(result -> tell(translation, result, look.deviation()));
    }

    private void tell(RungTranslation translation, RungResult result, double deviation) {
      double value = result.objectives().get(0);
      boolean full = result.rung() == TOP;
      double variance = full ? Search.variance(new Look(value, deviation)) : 0;
      RungTranslation.Expected expected = translation.expected(result.rung(), value, variance);
      search.tell(
          trials.get(result.candidate()),
          ids.get(result.candidate()),
          OptionalDouble.of(expected.score()),
          expected.variance());
    }
  }
}
