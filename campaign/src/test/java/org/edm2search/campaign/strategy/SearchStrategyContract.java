package org.edm2search.campaign.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.edm2search.campaign.Examples;
import org.edm2search.campaign.strategy.SearchStrategy.Proposal;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.Genotype;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.cost.Expense;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every strategy does. */
abstract class SearchStrategyContract {

  static final SearchSpace SPACE = Examples.space();

  abstract SearchSettings settings();

  /** A search driven to its end, remembering everything. */
  static final class Search {
    final SearchSpace space;
    final SearchSettings settings;
    final long seed;
    final List<Trial> trials = new ArrayList<>();
    final List<Rejection> rejections = new ArrayList<>();
    SearchStrategy strategy;
    Optional<String> state = Optional.empty();
    Optional<String> exhausted = Optional.empty();

    Search(SearchSpace space, SearchSettings settings, long seed) {
      this.space = space;
      this.settings = settings;
      this.seed = seed;
      restart();
    }

    /** Forgets everything a killed process forgets. */
    void restart() {
      strategy = settings.strategy(space, seed, trials, state);
    }

    /** Returns whether there was a proposal. */
    boolean ask() {
      Proposal proposal = strategy.ask();
      if (proposal instanceof Proposal.Exhausted end) {
        exhausted = Optional.of(end.note());
      }
      if (!(proposal instanceof Proposal.Try next)) {
        return false;
      }
      rejections.addAll(next.rejections());
      trials.add(Trial.waiting(trials.size(), Candidate.of(space, next.genotype()), Examples.NOW));
      state = Optional.of(strategy.state());
      return true;
    }

    void tell(int number) {
      Candidate candidate = trials.get(number).candidate();
      Genotype genotype = candidate.genotype().in(space);
      Trial finished =
          Math.floorMod(candidate.architectureId().hashCode(), 11) == 0
              ? Examples.failed(number, candidate)
              : Examples.complete(number, candidate, Examples.synthetic(space, genotype));
      trials.set(number, finished);
      strategy.tell(finished);
      state = Optional.of(strategy.state());
    }

    Search run(int count) {
      while (trials.size() < count && ask()) {
        tell(trials.size() - 1);
      }
      return this;
    }

    List<String> ids() {
      return trials.stream().map(trial -> trial.candidate().architectureId()).toList();
    }

    OptionalDouble best() {
      return trials.stream().flatMapToDouble(trial -> trial.score().stream()).min();
    }
  }

  Search search(long seed) {
    return new Search(SPACE, settings(), seed);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, -3})
  void proposesTheSeedArchitectureFirst(long seed) {
    assertThat(search(seed).run(1).ids()).containsExactly(SPACE.seedGenotype().id());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, -3})
  void proposesEachNetworkOnceAndNoneThatIsRefused(long seed) {
    Search search = search(seed).run(120);
    assertThat(search.trials).hasSize(120);
    assertThat(search.ids()).doesNotHaveDuplicates();
    for (Trial trial : search.trials) {
      assertThat(SPACE.violation(trial.candidate().genotype().in(SPACE))).isEmpty();
    }
  }

  @Test
  void recordsWhyCandidatesWereRefused() {
    Search search = search(1).run(60);
    assertThat(search.rejections).isNotEmpty();
    for (Rejection rejection : search.rejections) {
      Genotype refused = rejection.genotype().in(SPACE);
      assertThat(SPACE.violation(refused)).contains(rejection.reason());
      assertThat(refused.id()).isEqualTo(rejection.architectureId());
    }
  }

  @Test
  void dependsOnTheSeedOnly() {
    assertThat(search(5).run(50).ids()).isEqualTo(search(5).run(50).ids());
    assertThat(search(5).run(50).ids()).isNotEqualTo(search(6).run(50).ids());
  }

  @Test
  void goesOnAfterAnyKillAsIfNothingHadHappened() {
    Search undisturbed = search(9).run(60);
    Search killed = search(9);
    while (killed.trials.size() < 60) {
      killed.restart();
      killed.ask();
      killed.restart();
      killed.tell(killed.trials.size() - 1);
    }
    assertThat(killed.trials).isEqualTo(undisturbed.trials);
    assertThat(killed.rejections).isEqualTo(undisturbed.rejections);
  }

  @Test
  void repeatsAProposalThatWasLostBeforeItWasStored() {
    Search search = search(4).run(25);
    Proposal lost = search.strategy.ask();
    search.restart();
    assertThat(search.strategy.ask()).isEqualTo(lost);
  }

  @Test
  void findsEveryNetworkOfASmallSpaceAndThenSaysSo() {
    SearchSpace tiny = Examples.tinySpace();
    Search search = new Search(tiny, settings(), 3).run(100);
    Set<String> allowed = new HashSet<>();
    for (int kernel = 0; kernel < 2; kernel++) {
      for (int embedding = 0; embedding < 2; embedding++) {
        Genotype genotype = tiny.genotype(List.of(kernel, embedding));
        if (tiny.violation(genotype).isEmpty()) {
          allowed.add(genotype.id());
        }
      }
    }
    assertThat(search.ids()).containsExactlyInAnyOrderElementsOf(allowed);
    assertThat(search.exhausted).get().asString().contains("no further candidate");
  }

  @Test
  void proposesSeveralBeforeAnyIsFinished() {
    Search search = search(2);
    for (int i = 0; i < 3; i++) {
      assertThat(search.ask()).isTrue();
    }
    search.tell(2);
    search.tell(0);
    search.restart();
    search.tell(1);
    assertThat(search.ask()).isTrue();
    assertThat(search.ids()).doesNotHaveDuplicates();
  }

  /** The seed architecture breaks the constraint itself, and hardly any draw meets it. */
  @Test
  void findsCandidatesWhereHardlyAnyAreAllowed() {
    SplittableRandom random = new SplittableRandom(1);
    double limit =
        Stream.generate(() -> SPACE.random(random))
            .limit(300)
            .mapToDouble(one -> SPACE.expense(one, Expense.FLOPS))
            .sorted()
            .skip(4)
            .findFirst()
            .orElseThrow();
    SearchSpace narrow = Examples.constrainedSpace("[flops <= %.0f]".formatted(limit));
    assertThat(narrow.violation(narrow.seedGenotype())).isPresent();
    Search search = new Search(narrow, settings(), 1).run(15);
    assertThat(search.ids()).hasSize(15).doesNotHaveDuplicates();
    for (Trial trial : search.trials.subList(1, 15)) {
      assertThat(narrow.violation(trial.candidate().genotype().in(narrow))).isEmpty();
    }
  }
}
