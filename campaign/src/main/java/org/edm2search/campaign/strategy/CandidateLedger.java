package org.edm2search.campaign.strategy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.Genotype;
import org.edm2search.space.SearchSpace;

/**
 * What a strategy knows about architectures, by their identity: which were proposed, how they
 * scored, and which the constraints refuse. Equivalent genotypes share an entry, so a network is
 * trained once and its score counts for all of them.
 */
final class CandidateLedger {

  private static final int DRAWS = 2_000;
  private static final int LARGEST_LISTED_SPACE = 20_000;

  private final SearchSpace space;
  private final Set<String> proposed = new HashSet<>();
  private final Set<String> open = new HashSet<>();
  private final Map<String, OptionalDouble> outcomes = new HashMap<>();
  private final Map<String, Optional<String>> violations = new HashMap<>();
  private final List<Rejection> rejections = new ArrayList<>();

  CandidateLedger(SearchSpace space, List<Trial> history) {
    this.space = space;
    for (Trial trial : history) {
      proposed.add(trial.candidate().architectureId());
      if (trial.state().finished()) {
        tell(trial);
      } else {
        open.add(trial.candidate().architectureId());
      }
    }
  }

  void propose(Genotype genotype) {
    proposed.add(genotype.id());
    open.add(genotype.id());
  }

  void tell(Trial finished) {
    open.remove(finished.candidate().architectureId());
    outcomes.put(finished.candidate().architectureId(), finished.score());
  }

  /** Returns whether a proposed candidate is not finished. */
  boolean waiting() {
    return !open.isEmpty();
  }

  boolean proposed(Genotype genotype) {
    return proposed.contains(genotype.id());
  }

  /** Returns the score; empty if the candidate failed, was pruned or is unknown. */
  OptionalDouble score(Genotype genotype) {
    return outcomes.getOrDefault(genotype.id(), OptionalDouble.empty());
  }

  /** Returns the highest, that is worst, score so far, or 0. */
  double worstScore() {
    return outcomes.values().stream().flatMapToDouble(OptionalDouble::stream).max().orElse(0);
  }

  boolean allowed(Genotype genotype) {
    return violation(genotype).isEmpty();
  }

  private Optional<String> violation(Genotype genotype) {
    return violations.computeIfAbsent(genotype.id(), id -> space.violation(genotype));
  }

  /** Remembers that a refused candidate was proposed. */
  void reject(Genotype genotype) {
    rejections.add(
        new Rejection(genotype.id(), genotype.text(), violation(genotype).orElseThrow(), 1));
  }

  /** Returns the rejections since the last call. */
  List<Rejection> drainRejections() {
    List<Rejection> drained = List.copyOf(rejections);
    rejections.clear();
    return drained;
  }

  /**
   * Returns an allowed candidate that is neither proposed nor among those excluded: a random one,
   * or in a small space any that is left.
   *
   * @param excluded identities
   */
  Optional<Genotype> fresh(RandomGenerator random, Set<String> excluded) {
    for (int draw = 0; draw < DRAWS; draw++) {
      Genotype genotype = space.random(random);
      if (!allowed(genotype)) {
        reject(genotype);
      } else if (!proposed(genotype) && !excluded.contains(genotype.id())) {
        return Optional.of(genotype);
      }
    }
    return space.size().compareTo(BigInteger.valueOf(LARGEST_LISTED_SPACE)) <= 0
        ? anyLeft(random, excluded)
        : Optional.empty();
  }

  private Optional<Genotype> anyLeft(RandomGenerator random, Set<String> excluded) {
    int size = space.size().intValueExact();
    int first = random.nextInt(size);
    for (int i = 0; i < size; i++) {
      Genotype genotype = nth((first + i) % size);
      if (!proposed(genotype) && !excluded.contains(genotype.id()) && allowed(genotype)) {
        return Optional.of(genotype);
      }
    }
    return Optional.empty();
  }

  /** The n-th genotype, counting in mixed radix. */
  private Genotype nth(int n) {
    List<Integer> alleles = new ArrayList<>();
    int rest = n;
    for (var locus : space.loci()) {
      alleles.add(rest % locus.alleles().size());
      rest /= locus.alleles().size();
    }
    return space.genotype(alleles);
  }

  /** Returns why {@link #fresh} found nothing. */
  String exhausted() {
    return "the search space has no further candidate: %d of %s genotypes give different allowed networks, all are tried"
        .formatted(proposed.size(), space.size());
  }
}
