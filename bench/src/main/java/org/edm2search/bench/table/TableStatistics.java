package org.edm2search.bench.table;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.edm2search.eval.loss.DenoisingLoss;
import org.edm2search.eval.loss.HeldOutLoss;
import org.edm2search.model.checkpoint.Safetensors;

/**
 * What the table of trained candidates says about noise: variances of architecture, training seed
 * and sampling; whether a shared seed has a common effect; how well each rung predicts the end; how
 * often the intervals that campaigns print hold for another seed. Intervals are by bootstrap over
 * architectures. Prints Markdown.
 */
public final class TableStatistics {

  private static final String FINAL = "fd_block1_1";
  private static final String FINAL_LOSS = "loss_1";

  private TableStatistics() {}

  /**
   * Arguments: the CSV file of {@link TrainedCandidates}; optionally the directory with the losses
   * of each noisy image, which it wrote below its directory of training files.
   */
  public static void main(String[] arguments) {
    List<Map<String, String>> table = new TableFile(Path.of(arguments[0])).read();
    Pairs pairs = Pairs.of(table, "1", "2");
    System.out.printf("%d lines, %d architectures from two seeds%n%n", table.size(), pairs.count());
    variances(pairs);
    predictions(pairs);
    coverage(pairs);
    if (arguments.length > 1) {
      pairedLosses(pairs, Path.of(arguments[1]));
    }
  }

  // -------------------------------------------------------------- variances

  private static void variances(Pairs pairs) {
    System.out.println(
        "| standard deviation of the logarithm | final score | final held-out loss |");
    System.out.println("| --- | --- | --- |");
    row("between architectures", pairs, TableStatistics::architectureDeviation);
    row("between trainings of one architecture", pairs, TableStatistics::seedDeviation);
    row("the same, from the median difference (normal)", pairs, TableStatistics::robustDeviation);
    row("mean of seed 1 over seed 2", pairs, TableStatistics::sharedDifference);
    row("correlation of seed effects across architectures", pairs, TableStatistics::correlation);
    System.out.printf(
        "| between blocks of samples of one network | %s | |%n",
        pairs.interval(TableStatistics::blockDeviation));
    System.out.printf(
        "| the same by the bootstrap of each score | %s | |%n%n",
        pairs.interval(
            p ->
                Math.sqrt(
                    Arrays.stream(relativeErrors(p, 0)).map(e -> e * e).average().orElseThrow())));
  }

  /** A statistic of a column. */
  private interface OfColumn {
    double of(Pairs pairs, String column);
  }

  private static void row(String what, Pairs pairs, OfColumn statistic) {
    System.out.printf(
        "| %s | %s | %s |%n",
        what,
        pairs.interval(p -> statistic.of(p, FINAL)),
        pairs.interval(p -> statistic.of(p, FINAL_LOSS)));
  }

  private static double[] differences(Pairs pairs, String column) {
    double[] first = pairs.log(column, 0);
    double[] second = pairs.log(column, 1);
    return IntStream.range(0, first.length).mapToDouble(i -> first[i] - second[i]).toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double variance(double[] values) {
    double mean = mean(values);
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1);
  }

  /** Residual of the two-way layout, without the effect that a seed has on all. */
  private static double seedDeviation(Pairs pairs, String column) {
    return Math.sqrt(variance(differences(pairs, column)) / 2);
  }

  private static double robustDeviation(Pairs pairs, String column) {
    double[] sizes = Arrays.stream(differences(pairs, column)).map(Math::abs).sorted().toArray();
    return sizes[sizes.length / 2] / 0.6745 / Math.sqrt(2);
  }

  private static double architectureDeviation(Pairs pairs, String column) {
    double[] first = pairs.log(column, 0);
    double[] second = pairs.log(column, 1);
    double[] means =
        IntStream.range(0, first.length).mapToDouble(i -> (first[i] + second[i]) / 2).toArray();
    return Math.sqrt(Math.max(0, variance(means) - variance(differences(pairs, column)) / 4));
  }

  private static double sharedDifference(Pairs pairs, String column) {
    return mean(differences(pairs, column));
  }

  /** Variance that the seed gives to all, as a share of all its variance; one degree of freedom. */
  private static double correlation(Pairs pairs, String column) {
    double[] differences = differences(pairs, column);
    double own = variance(differences) / 2;
    double mean = mean(differences);
    double shared = Math.max(0, mean * mean / 2 - own / differences.length);
    return shared / (shared + own);
  }

  private static double blockDeviation(Pairs pairs) {
    double[] first = pairs.log(FINAL, 0);
    double[] second = pairs.log("fd_block2_1", 0);
    return Math.sqrt(
        IntStream.range(0, first.length)
            .mapToDouble(i -> Math.pow(first[i] - second[i], 2) / 2)
            .average()
            .orElseThrow());
  }

  private static double[] relativeErrors(Pairs pairs, int seed) {
    double[] errors = pairs.column("fd_block1_se_1", seed);
    double[] scores = pairs.column(FINAL, seed);
    return IntStream.range(0, errors.length).mapToDouble(i -> errors[i] / scores[i]).toArray();
  }

  // ------------------------------------------------------------ predictions

  private static void predictions(Pairs pairs) {
    System.out.println("| Spearman's ρ with the final score | same seed | other seed |");
    System.out.println("| --- | --- | --- |");
    for (String column :
        List.of("loss_9", "fd_block1_9", "loss_3", "fd_block1_3", FINAL_LOSS, FINAL)) {
      System.out.printf(
          "| %s | %s | %s |%n",
          column,
          column.equals(FINAL) ? "" : pairs.interval(p -> rankCorrelation(p, column, true)),
          pairs.interval(p -> rankCorrelation(p, column, false)));
    }
    System.out.println();
  }

  private static double rankCorrelation(Pairs pairs, String column, boolean sameSeed) {
    SpearmansCorrelation spearman = new SpearmansCorrelation();
    return IntStream.of(0, 1)
        .mapToDouble(
            seed ->
                spearman.correlation(
                    pairs.column(column, seed), pairs.column(FINAL, sameSeed ? seed : 1 - seed)))
        .average()
        .orElseThrow();
  }

  // --------------------------------------------------------------- coverage

  private static void coverage(Pairs pairs) {
    Pairs fresh = pairs.part(Math.min(Coverage.CHOSEN_ON, pairs.count()), pairs.count());
    System.out.printf(
        "| told from one seed to campaigns of %d | holds for the other | architectures after the first"
            + " %d only |%n",
        Coverage.CAMPAIGN, Coverage.CHOSEN_ON);
    System.out.println("| --- | --- | --- |");
    row("95 % interval of a further training", pairs, fresh, Coverage::again);
    row("95 % interval of the typical score", pairs, fresh, Coverage::typical);
    double[] bounds = {0.5, 0.65, 0.8, 0.9, 0.975, 1.01};
    for (int i = 0; i + 1 < bounds.length; i++) {
      System.out.printf(
          "| P(better) from %.3g to %.3g: scores lower | %s | %s |%n",
          bounds[i],
          Math.min(1, bounds[i + 1]),
          Coverage.ofBetter(pairs, Coverage.CAMPAIGN, bounds[i], bounds[i + 1]),
          Coverage.ofBetter(fresh, Coverage.CAMPAIGN, bounds[i], bounds[i + 1]));
    }
    System.out.println();
  }

  private static void row(String what, Pairs all, Pairs fresh, Coverage.Rule rule) {
    System.out.printf(
        "| %s | %s | %s |%n",
        what,
        Coverage.of(all, Coverage.CAMPAIGN, rule),
        Coverage.of(fresh, Coverage.CAMPAIGN, rule));
  }

  // ----------------------------------------------------------------- losses

  private static void pairedLosses(Pairs pairs, Path directory) {
    System.out.println(
        "| rung | standard error of a loss | of the difference to the first architecture |");
    System.out.println("| --- | --- | --- |");
    for (int rung : CandidateMeasurement.RUNGS) {
      List<DenoisingLoss> losses = new ArrayList<>();
      for (List<Map<String, String>> pair : pairs.lines()) {
        Path file = directory.resolve(pair.get(0).get("id") + "-1.safetensors");
        if (Files.exists(file)) {
          String key = "loss_" + rung;
          float[] values =
              Objects.requireNonNull(Safetensors.read(file).tensors().get(key), key).values();
          double[] perImage =
              IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
          losses.add(new DenoisingLoss(perImage, HeldOutLoss.BINS));
        }
      }
      ToDoubleFunction<DenoisingLoss> error = loss -> loss.mean().standardDeviation();
      List<DenoisingLoss> others = losses.subList(1, losses.size());
      System.out.printf(
          "| 1/%d | %.4f | %.4f |%n",
          rung,
          others.stream().mapToDouble(error).average().orElseThrow(),
          others.stream()
              .mapToDouble(loss -> error.applyAsDouble(loss.minus(losses.get(0))))
              .average()
              .orElseThrow());
    }
  }
}
