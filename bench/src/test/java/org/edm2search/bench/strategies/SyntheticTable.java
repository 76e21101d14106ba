package org.edm2search.bench.strategies;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Tables of the real one's form: effects of genes, an interaction, noise of seeds and rungs. */
final class SyntheticTable {

  private SyntheticTable() {}

  /**
   * Returns a table of all 168 architectures from two seeds.
   *
   * @param noise standard deviation of a seed, relative to the score
   */
  static List<String> lines(double noise, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> lines = new ArrayList<>();
    StringBuilder header = new StringBuilder("kernel,expansion,depthwise,embedding,id,seed");
    for (String rung : List.of("_9", "_3", "_1")) {
      for (String column :
          List.of(
              "training_flops",
              "loss",
              "loss_flops",
              "fd_block1",
              "fd_block1_se",
              "fd_block1_flops")) {
        header.append(',').append(column).append(rung);
      }
    }
    lines.add(header + ",fd_block2_1");
    double[] placements = random.doubles(7, -0.25, 0.25).toArray();
    int number = 0;
    for (int kernel = 0; kernel < 3; kernel++) {
      for (int expansion = 0; expansion < 4; expansion++) {
        for (int placement = 0; placement < 7; placement++) {
          for (int embedding = 0; embedding < 2; embedding++) {
            double effect =
                0.12 * kernel
                    - 0.15 * expansion
                    + placements[placement]
                    + 0.1 * embedding
                    + 0.1 * (kernel - 1) * (embedding - 0.5)
                    + 0.05 * random.nextGaussian();
            for (int one = 1; one <= 2; one++) {
              lines.add(
                  "%d,%d,%s,%s,%d,%d"
                          .formatted(
                              3 + 2 * kernel,
                              new int[] {2, 3, 4, 6}[expansion],
                              List.of(
                                      "in",
                                      "mid",
                                      "out",
                                      "in+mid",
                                      "in+out",
                                      "mid+out",
                                      "in+mid+out")
                                  .get(placement),
                              embedding == 0 ? "wide" : "narrow",
                              number,
                              one)
                      + row(effect, noise, random));
            }
            number++;
          }
        }
      }
    }
    return lines;
  }

  private static String row(double effect, double noise, SplittableRandom random) {
    StringBuilder row = new StringBuilder();
    double last = 0;
    for (int rung = 0; rung < 3; rung++) {
      double less = 2 - rung;
      double seen = effect + noise * (1 + less) * random.nextGaussian();
      last = (10 + 30 * less) * Math.exp(seen);
      row.append(
          String.format(
              Locale.ROOT,
              ",%.0f,%.6f,1e10,%.4f,%.4f,1e11",
              5e11 / Math.pow(3, less),
              (0.3 + 0.1 * less) * Math.exp(0.1 * seen),
              last,
              0.02 * last));
    }
    return row + String.format(Locale.ROOT, ",%.4f", last * (1 + 0.02 * random.nextGaussian()));
  }
}
