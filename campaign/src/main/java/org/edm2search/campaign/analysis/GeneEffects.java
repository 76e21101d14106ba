package org.edm2search.campaign.analysis;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.edm2search.campaign.leaderboard.Leaderboard;

/**
 * What each gene does to the score, from all ranked architectures of a campaign.
 *
 * @param architectures how many were compared
 * @param relative whether effects are shares of the score, from logarithms; otherwise they are in
 *     its unit
 * @param importances shares of the variance by locus, the largest first
 * @param unexplained share that is training, sampling and interactions
 * @param effects of each value of each locus, in the order of importance
 * @param interactions the clearest pairs
 * @param caution what is to be known before anything is believed, if the data say little
 */
public record GeneEffects(
    int architectures,
    boolean relative,
    List<Importance> importances,
    double unexplained,
    List<Effect> effects,
    List<Interaction> interactions,
    Optional<String> caution) {

  private static final int LEAST = 5;
  private static final int MOST_PAIRED = 40;
  private static final int MOST_INTERACTIONS = 10;
  private static final double TAIL = 0.025;

  public GeneEffects {
    importances = List.copyOf(importances);
    effects = List.copyOf(effects);
    interactions = List.copyOf(interactions);
  }

  /**
   * How much of the variance of scores a locus explains.
   *
   * @param locus such as {@code kernel@dec}
   * @param share median of what it may be, 0 to 1
   * @param low95 lower end of the 95 % interval
   * @param high95 upper end
   * @param clear whether some value's effect is told apart from none, all values of all loci
   *     considered
   */
  public record Importance(
      String locus,
      double share,
      @JsonProperty("low_95") double low95,
      @JsonProperty("high_95") double high95,
      boolean clear) {}

  /**
   * How much better or worse a value is than the mean of its locus' values, all else equal.
   *
   * @param locus such as {@code kernel@dec}
   * @param value such as {@code 5}
   * @param architectures that have it
   * @param effect relative difference of the score: −0.1 is 10 % lower, that is better
   * @param low95 lower end of the 95 % interval
   * @param high95 upper end
   */
  public record Effect(
      String locus,
      String value,
      int architectures,
      double effect,
      @JsonProperty("low_95") double low95,
      @JsonProperty("high_95") double high95) {

    /** Returns whether the interval excludes no effect. */
    public boolean apart() {
      return low95 > 0 || high95 < 0;
    }
  }

  /** Analyzes a table of a leaderboard. */
  static GeneEffects of(Leaderboard.Table table) {
    boolean relative = table.rows().stream().allMatch(row -> row.score() > 0);
    List<Sample> samples =
        table.rows().stream()
            .map(
                row ->
                    new Sample(
                        row.trial().candidate().genotype().choices(),
                        relative ? Math.log(row.score()) : row.score()))
            .toList();
    if (samples.size() < LEAST) {
      return nothing(
          samples.size(),
          relative,
          "%d architectures are too few to say anything about genes".formatted(samples.size()));
    }
    AdditiveFit fit = new AdditiveFit(samples);
    if (fit.values().isEmpty()) {
      return nothing(samples.size(), relative, "no gene varies");
    }
    return of(samples, fit, relative);
  }

  private static GeneEffects nothing(int architectures, boolean relative, String caution) {
    return new GeneEffects(
        architectures, relative, List.of(), 1, List.of(), List.of(), Optional.of(caution));
  }

  private static GeneEffects of(List<Sample> samples, AdditiveFit fit, boolean relative) {
    Map<String, double[]> shares = fit.shares();
    double strict = fit.quantile(1 - TAIL / fit.effects());
    List<Importance> importances = new ArrayList<>();
    shares.forEach((locus, draws) -> importances.add(importance(locus, draws, fit, strict)));
    importances.sort(Comparator.comparingDouble(Importance::share).reversed());
    double[] rest = new double[shares.values().iterator().next().length];
    Arrays.fill(rest, 1);
    shares.values().forEach(draws -> Arrays.setAll(rest, i -> rest[i] - draws[i]));
    Arrays.sort(rest);
    double unexplained = rest[rest.length / 2];
    List<Effect> effects = new ArrayList<>();
    for (Importance importance : importances) {
      effects.addAll(effects(importance.locus(), samples, fit, relative));
    }
    List<String> paired = importances.stream().limit(MOST_PAIRED).map(Importance::locus).toList();
    double total = fit.residualVariance() / Math.max(1e-9, unexplained);
    List<Interaction> interactions =
        new Interactions(samples, fit)
            .of(paired).stream()
                .limit(MOST_INTERACTIONS)
                .map(
                    pair ->
                        new Interaction(
                            pair.first(), pair.second(), pair.share() / total, pair.probability()))
                .toList();
    return new GeneEffects(
        samples.size(),
        relative,
        importances,
        unexplained,
        effects,
        interactions,
        caution(samples.size(), fit.effects() - fit.values().size(), importances));
  }

  private static Importance importance(
      String locus, double[] draws, AdditiveFit fit, double strict) {
    double[] sorted = draws.clone();
    Arrays.sort(sorted);
    boolean clear = false;
    for (int value = 0; value < fit.values(locus).size(); value++) {
      AdditiveFit.Effect effect = fit.effect(locus, value);
      clear |= Math.abs(effect.estimate()) > strict * effect.deviation();
    }
    return new Importance(
        locus,
        sorted[sorted.length / 2],
        sorted[(int) (TAIL * sorted.length)],
        sorted[(int) ((1 - TAIL) * sorted.length)],
        clear);
  }

  private static List<Effect> effects(
      String locus, List<Sample> samples, AdditiveFit fit, boolean relative) {
    double wide = fit.quantile(1 - TAIL);
    Map<String, Integer> counts = new LinkedHashMap<>();
    samples.forEach(
        sample -> counts.merge(sample.genes().getOrDefault(locus, ""), 1, Integer::sum));
    List<Effect> effects = new ArrayList<>();
    List<String> values = fit.values(locus);
    for (int i = 0; i < values.size(); i++) {
      AdditiveFit.Effect effect = fit.effect(locus, i);
      double half = wide * effect.deviation();
      effects.add(
          new Effect(
              locus,
              values.get(i),
              counts.getOrDefault(values.get(i), 0),
              scaled(effect.estimate(), relative),
              scaled(effect.estimate() - half, relative),
              scaled(effect.estimate() + half, relative)));
    }
    effects.sort(Comparator.comparingDouble(Effect::effect));
    return effects;
  }

  private static double scaled(double effect, boolean relative) {
    return relative ? Math.expm1(effect) : effect;
  }

  private static Optional<String> caution(
      int architectures, int free, List<Importance> importances) {
    if (architectures < 3 * free) {
      return Optional.of(
          "%d architectures for %d effects: the intervals are wide, and what follows is a hint at most"
              .formatted(architectures, free));
    }
    return importances.stream().noneMatch(Importance::clear)
        ? Optional.of("no gene's effect is told apart from none")
        : Optional.empty();
  }
}
