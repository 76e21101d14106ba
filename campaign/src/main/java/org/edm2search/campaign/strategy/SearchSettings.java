package org.edm2search.campaign.strategy;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.cost.Expense;
import org.edm2search.space.yaml.Section;

/**
 * The {@code search} section of a campaign.
 *
 * @param strategy how candidates are proposed
 * @param population individuals of a generation; how many live in regularized evolution; how many
 *     the model-based strategy tries before it believes its model
 * @param offspring share of a generation that is new, above 0 and below 1
 * @param mutation chance of each locus to be drawn anew; 0 means one locus on average
 * @param crossover chance of an individual to be recombined
 * @param tournament how many individuals compete to become a parent
 * @param second what is weighed against the score: minimized, too, by a search for a Pareto front,
 *     and shown by every campaign
 */
public record SearchSettings(
    Kind strategy,
    int population,
    double offspring,
    double mutation,
    double crossover,
    int tournament,
    Optional<Expense> second) {

  /** The strategies. */
  public enum Kind {
    /** Genetic algorithm on the score. */
    GENETIC,
    /** Uniform draws: the baseline. */
    RANDOM,
    /** Random neighbours of the best. */
    LOCAL,
    /** Gaussian process and expected improvement. */
    MODEL,
    /** NSGA-II on score and a second objective. */
    NSGA2,
    /** Ageing evolution: the oldest dies. */
    REGULARIZED_EVOLUTION;

    /** Returns the name in YAML. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private static final int DEFAULT_POPULATION = 10;
  private static final int DEFAULT_LIVING = 20;
  private static final int DEFAULT_INITIAL = 4;
  private static final int MAX_POPULATION = 1000;
  private static final String SCORE = "score";

  public SearchSettings {
    Objects.requireNonNull(strategy, "strategy");
    Objects.requireNonNull(second, "second");
    if (population < 2 || population > MAX_POPULATION || tournament < 2) {
      throw new IllegalArgumentException("population and tournament must be at least 2");
    }
  }

  /** Returns a strategy's defaults. */
  public static SearchSettings of(Kind strategy) {
    return of(
        strategy,
        switch (strategy) {
          case REGULARIZED_EVOLUTION -> DEFAULT_LIVING;
          case MODEL -> DEFAULT_INITIAL;
          default -> DEFAULT_POPULATION;
        });
  }

  /** Returns a strategy's defaults for a population. */
  public static SearchSettings of(Kind strategy, int population) {
    int tournament = strategy == Kind.REGULARIZED_EVOLUTION ? 5 : 3;
    return new SearchSettings(
        strategy,
        population,
        0.7,
        0,
        0.6,
        Math.min(tournament, population),
        strategy == Kind.NSGA2 ? Optional.of(Expense.FLOPS) : Optional.empty());
  }

  /** Returns these settings with something else to minimize beside the score. */
  public SearchSettings withSecond(Expense expense) {
    return new SearchSettings(
        strategy, population, offspring, mutation, crossover, tournament, Optional.of(expense));
  }

  /** Reads the section and rejects unknown keys; a key the strategy does not use is unknown. */
  public static SearchSettings read(Section section) {
    Kind kind = section.choice("strategy", Kind.class, Kind.MODEL);
    SearchSettings defaults =
        kind == Kind.RANDOM || kind == Kind.LOCAL
            ? of(kind)
            : of(kind, population(section, kind == Kind.MODEL ? "initial" : "population", kind));
    double offspring = defaults.offspring();
    double mutation = defaults.mutation();
    double crossover = defaults.crossover();
    int tournament = defaults.tournament();
    if (kind == Kind.GENETIC || kind == Kind.NSGA2) {
      offspring = section.number("offspring", offspring);
      require(
          section, "offspring", offspring > 0 && offspring < 1, "above 0 and below 1", offspring);
      crossover = section.number("crossover", crossover);
      require(section, "crossover", crossover >= 0 && crossover <= 1, "between 0 and 1", crossover);
    }
    if (kind == Kind.GENETIC || kind == Kind.NSGA2 || kind == Kind.REGULARIZED_EVOLUTION) {
      mutation = section.number("mutation", mutation);
      require(section, "mutation", mutation >= 0 && mutation <= 1, "between 0 and 1", mutation);
    }
    if (kind == Kind.GENETIC || kind == Kind.REGULARIZED_EVOLUTION) {
      tournament = section.integer("tournament", tournament);
      require(
          section,
          "tournament",
          tournament >= 2 && tournament <= defaults.population(),
          "between 2 and the population",
          tournament);
    }
    Optional<Expense> second = second(section, kind, defaults.second());
    section.rejectUnknown();
    return new SearchSettings(
        kind, defaults.population(), offspring, mutation, crossover, tournament, second);
  }

  private static int population(Section section, String key, Kind kind) {
    int population = section.integer(key, of(kind).population());
    require(
        section,
        key,
        population >= 2 && population <= MAX_POPULATION,
        "between 2 and " + MAX_POPULATION,
        population);
    return population;
  }

  private static Optional<Expense> second(Section section, Kind kind, Optional<Expense> otherwise) {
    List<String> objectives =
        section.strings(
            "objectives",
            otherwise.map(expense -> List.of(SCORE, expense.text())).orElse(List.of(SCORE)));
    boolean two = objectives.size() == 2 && Expense.of(objectives.get(1)).isPresent();
    boolean one = objectives.size() == 1 && otherwise.isEmpty();
    if (!(one || two) || !objectives.get(0).equals(SCORE)) {
      throw section.error(
          "objectives",
          "must be [score, X]%s, X one of %s, but is %s"
              .formatted(
                  otherwise.isEmpty() ? " or [score]" : "",
                  String.join(", ", Expense.texts()),
                  objectives));
    }
    Optional<Expense> second = two ? Expense.of(objectives.get(1)) : Optional.empty();
    if (kind == Kind.MODEL && second.equals(Optional.of(Expense.LATENCY))) {
      throw section.error(
          "objectives",
          "may not be latency with model, which would measure hundreds of networks for each"
              + " proposal; minimize flops, or constrain the latency, or choose nsga2");
    }
    return second;
  }

  private static void require(
      Section section, String key, boolean holds, String rule, Number value) {
    if (!holds) {
      throw section.error(key, "must be %s, but is %s".formatted(rule, value));
    }
  }

  /**
   * Starts a search, or continues it.
   *
   * @param campaignSeed the campaign's random seed
   * @param history all trials so far
   * @param state what the strategy returned as its state after the last of them
   */
  public SearchStrategy strategy(
      SearchSpace space, long campaignSeed, List<Trial> history, Optional<String> state) {
    SeedStream seeds = new SeedStream(campaignSeed);
    return switch (strategy) {
      case GENETIC -> new GeneticSearch(space, this, seeds, history, state);
      case LOCAL -> new LocalSearch(space, seeds, history);
      case MODEL -> new ModelSearch(space, this, seeds, history);
      case RANDOM -> new RandomSearch(space, seeds, history);
      case NSGA2 -> new Nsga2(space, this, seeds, history, state);
      case REGULARIZED_EVOLUTION -> new RegularizedEvolution(space, this, seeds, history);
    };
  }
}
