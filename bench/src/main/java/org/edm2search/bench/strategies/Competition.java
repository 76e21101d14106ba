package org.edm2search.bench.strategies;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * All contenders on the same worlds.
 *
 * @param curves of each contender
 * @param trainings the budget, in full trainings with their scores
 */
record Competition(Map<Contender, Curves> curves, double trainings) {

  /**
   * Plays on a table, by either seed in turn.
   *
   * @param runs of each contender, with random seeds of their own
   * @param shuffled whether held-out scores are dealt out anew in each run: the null test
   * @param progress told of each contender that is through
   */
  static Competition on(
      CandidateTable table,
      List<Contender> contenders,
      double trainings,
      int runs,
      boolean shuffled,
      Consumer<String> progress) {
    List<World> seeds =
        List.of(World.crossFit(table, 0, trainings), World.crossFit(table, 1, trainings));
    List<World> worlds =
        IntStream.range(0, runs)
            .mapToObj(run -> shuffled ? seeds.get(run % 2).shuffled(run) : seeds.get(run % 2))
            .toList();
    Map<Contender, Curves> curves = new EnumMap<>(Contender.class);
    for (Contender contender : contenders) {
      long start = System.nanoTime();
      curves.put(contender, Curves.play(contender, worlds));
      progress.accept(
          String.format(
              Locale.ROOT,
              "%s: %d runs in %.0f s",
              contender.text(),
              runs,
              (System.nanoTime() - start) / 1e9));
    }
    return new Competition(curves, trainings);
  }

  List<Comparison.Standing> standings() {
    return Comparison.of(curves, Contender.RANDOM);
  }

  /** Returns the standings as a table in Markdown. */
  String markdown() {
    StringBuilder text =
        new StringBuilder(
            "| Contender | Final regret (95 %) | Against random (95 %) | p (Holm) | Budget to random's"
                + " median |\n| --- | --- | --- | --- | --- |\n");
    for (Comparison.Standing one : standings()) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %.3f (%.3f to %.3f) | %+.3f (%+.3f to %+.3f) | %s | %s |%n",
              one.contender().text(),
              one.regret().value(),
              one.regret().low(),
              one.regret().high(),
              one.difference().value(),
              one.difference().low(),
              one.difference().high(),
              one.contender() == Contender.RANDOM ? "" : probability(one.p()),
              share(one.share().value())
                  + " ("
                  + share(one.share().low())
                  + " to "
                  + share(one.share().high())
                  + ")"));
    }
    return text.toString();
  }

  private static String share(double share) {
    return share > 1 ? "never" : String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }

  private static String probability(double p) {
    return p < 1e-4 ? "< 0.0001" : String.format(Locale.ROOT, "%.4f", p);
  }
}
