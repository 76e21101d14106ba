package org.edm2search.space;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.UNetLayout;
import org.edm2search.space.constraint.Amounts;
import org.edm2search.space.constraint.Constraint;
import org.edm2search.space.cost.ActivationModel;
import org.edm2search.space.cost.Cost;
import org.edm2search.space.cost.CostModel;
import org.edm2search.space.cost.Expense;

/** What genotypes' networks take, and whether that is allowed. Thread-safe. */
final class Feasibility {

  /** What a network takes, as far as it can be computed. */
  private record Prices(Cost cost, long activationBytes) {}

  private final Function<Genotype, ArchitectureSpec> decoder;
  private final Genotype seed;
  private final List<Constraint> constraints;
  private final Optional<LatencyProbe> latency;
  private final Map<String, Prices> prices = new ConcurrentHashMap<>();

  /**
   * Creates the judgement of one space's genotypes.
   *
   * @param seed whose amounts constraints may refer to
   * @param latency how a latency is measured, if it can be
   */
  Feasibility(
      Function<Genotype, ArchitectureSpec> decoder,
      Genotype seed,
      List<Constraint> constraints,
      Optional<LatencyProbe> latency) {
    this.decoder = decoder;
    this.seed = seed;
    // What must be measured comes last: nobody measures a candidate that is refused anyway.
    this.constraints =
        constraints.stream()
            .sorted(Comparator.comparing(limit -> limit.expenses().contains(Expense.LATENCY)))
            .toList();
    this.latency = latency;
  }

  /** Returns the constraints, those that need a measurement last. */
  List<Constraint> constraints() {
    return constraints;
  }

  /** Returns how a latency is measured, if it can be. */
  Optional<LatencyProbe> latency() {
    return latency;
  }

  /** Does as {@link SearchSpace#expense}. */
  double expense(Genotype genotype, Expense expense) {
    return switch (expense) {
      case PARAMETERS -> cost(genotype).parameters();
      case FLOPS -> cost(genotype).multiplyAdds();
      case ACTIVATION_BYTES -> prices(genotype).activationBytes();
      case LATENCY -> latency(decoder.apply(genotype));
    };
  }

  /** Returns the parameters and multiply-adds of a genotype's network. */
  Cost cost(Genotype genotype) {
    return prices(genotype).cost();
  }

  /** Does as {@link SearchSpace#latency}. */
  double latency(ArchitectureSpec network) {
    return latency
        .orElseThrow(() -> new IllegalStateException("nobody can measure the latency here"))
        .milliseconds(network);
  }

  private Prices prices(Genotype genotype) {
    Prices known = prices.get(genotype.id());
    if (known != null) {
      return known;
    }
    UNetLayout layout = UNetLayout.of(decoder.apply(genotype));
    Prices priced = new Prices(CostModel.of(layout), ActivationModel.bytes(layout));
    if (prices.size() < SearchSpace.MOST_REMEMBERED) {
      prices.put(genotype.id(), priced);
    }
    return priced;
  }

  /** Does as {@link SearchSpace#violation}. */
  Optional<String> violation(Genotype genotype) {
    return violation(constraints.stream(), genotype);
  }

  /** Does as {@link SearchSpace#violationUnmeasured}. */
  Optional<String> violationUnmeasured(Genotype genotype) {
    return violation(unmeasured(), genotype);
  }

  private Optional<String> violation(Stream<Constraint> limits, Genotype genotype) {
    return limits.flatMap(limit -> limit.violation(amounts(genotype)).stream()).findFirst();
  }

  /** Returns by how much a genotype misses the constraints that need no measurement; 0 if met. */
  double excess(Genotype genotype) {
    return unmeasured().mapToDouble(limit -> limit.excess(amounts(genotype))).sum();
  }

  private Stream<Constraint> unmeasured() {
    return constraints.stream().filter(limit -> !limit.expenses().contains(Expense.LATENCY));
  }

  private Amounts amounts(Genotype genotype) {
    return new Amounts() {
      @Override
      public double ofCandidate(Expense expense) {
        return expense(genotype, expense);
      }

      @Override
      public double ofSeed(Expense expense) {
        return expense(seed, expense);
      }
    };
  }
}
