package org.edm2search.campaign.strategy;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.yaml.Section;

/**
 * The {@code search} section of a campaign.
 *
 * @param strategy how candidates are proposed
 * @param population individuals of a generation
 * @param offspring share of a generation that is new, above 0 and below 1
 * @param mutation chance of each locus to be drawn anew; 0 means one locus on average
 * @param crossover chance of an individual to be recombined
 * @param tournament how many individuals compete to become a parent
 */
public record SearchSettings(
    Kind strategy,
    int population,
    double offspring,
    double mutation,
    double crossover,
    int tournament) {

  /** The strategies. */
  public enum Kind {
    /** Genetic algorithm on the score. */
    GENETIC,
    /** Uniform draws: the baseline. */
    RANDOM,
    /** NSGA-II on score and cost. */
    NSGA2;

    /** Returns the name in YAML. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int DEFAULT_POPULATION = 10;
  private static final int MAX_POPULATION = 1000;

  public SearchSettings {
    Objects.requireNonNull(strategy, "strategy");
    if (population < 2 || population > MAX_POPULATION || tournament < 2) {
      throw new IllegalArgumentException("population and tournament must be at least 2");
    }
  }

  /** Returns a strategy's defaults. */
  public static SearchSettings of(Kind strategy, int population) {
    return new SearchSettings(strategy, population, 0.7, 0, 0.6, Math.min(3, population));
  }

  /** Reads the section and rejects unknown keys; a key the strategy does not use is unknown. */
  public static SearchSettings read(Section section) {
    Kind kind = section.choice("strategy", Kind.class);
    if (kind == Kind.RANDOM) {
      section.rejectUnknown();
      return of(kind, DEFAULT_POPULATION);
    }
    int population = section.integer("population", DEFAULT_POPULATION);
    require(
        section,
        "population",
        population >= 2 && population <= MAX_POPULATION,
        "between 2 and " + MAX_POPULATION,
        population);
    SearchSettings defaults = of(kind, population);
    double offspring = section.number("offspring", defaults.offspring());
    require(section, "offspring", offspring > 0 && offspring < 1, "above 0 and below 1", offspring);
    double mutation = section.number("mutation", defaults.mutation());
    require(section, "mutation", mutation >= 0 && mutation <= 1, "between 0 and 1", mutation);
    double crossover = section.number("crossover", defaults.crossover());
    require(section, "crossover", crossover >= 0 && crossover <= 1, "between 0 and 1", crossover);
    int tournament = defaults.tournament();
    if (kind == Kind.GENETIC) {
      tournament = section.integer("tournament", tournament);
      require(
          section,
          "tournament",
          tournament >= 2 && tournament <= population,
          "between 2 and the population",
          tournament);
    }
    section.rejectUnknown();
    return new SearchSettings(kind, population, offspring, mutation, crossover, tournament);
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
      case RANDOM -> new RandomSearch(space, seeds, history);
      case NSGA2 -> new Nsga2(space, this, seeds, history, state);
    };
  }
}
