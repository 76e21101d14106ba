package org.edm2search.bench.table;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.edm2search.campaign.statistics.Run;
import org.edm2search.campaign.statistics.ScoreModel;
import org.edm2search.campaign.statistics.Standing;

/**
 * What campaigns of a few architectures are told from one seed, held against the other seed: each
 * architecture was trained again, and nobody knew how that would end.
 *
 * @param held in how many cases what was told came true
 * @param cases how many there were
 */
record Coverage(int held, int cases) {

  /** Architectures of a campaign, as many as the quickstart has. */
  static final int CAMPAIGN = 8;

  /** Architectures, in the order of the table, on which the prior's scales were chosen. */
  static final int CHOSEN_ON = 18;

  private static final String SCORE = "fd_block1_1";
  private static final String DEVIATION = "fd_block1_se_1";

  /** Whether what was told holds for another score. */
  interface Rule {
    boolean holds(Standing told, double score);
  }

  /** The interval of one further training. */
  static boolean again(Standing told, double score) {
    return score >= told.againLow() && score <= told.againHigh();
  }

  /** The interval of the typical score, which is not made for a single training. */
  static boolean typical(Standing told, double score) {
    return score >= told.low() && score <= told.high();
  }

  /** Counts over campaigns of some architectures after another, told from either seed. */
  static Coverage of(Pairs pairs, int campaign, Rule rule) {
    int held = 0;
    int cases = 0;
    for (Pairs part : parts(pairs, campaign)) {
      for (int told = 0; told < 2; told++) {
        List<Standing> standings = standings(part, told, 0);
        double[] other = part.column(SCORE, 1 - told);
        cases += other.length;
        held +=
            (int)
                IntStream.range(0, other.length)
                    .filter(i -> rule.holds(standings.get(i), other[i]))
                    .count();
      }
    }
    return new Coverage(held, cases);
  }

  /**
   * Counts how often the one of two architectures that is told to be better with a probability from
   * {@code least} to {@code most}, at least 0.5, scored lower from the other seed. Single trainings
   * are compared, so chance is in it twice: typical scores agree with what was told more often.
   */
  static Coverage ofBetter(Pairs pairs, int campaign, double least, double most) {
    int held = 0;
    int cases = 0;
    for (Pairs part : parts(pairs, campaign)) {
      for (int told = 0; told < 2; told++) {
        double[] other = part.column(SCORE, 1 - told);
        for (int reference = 0; reference < other.length; reference++) {
          List<Standing> standings = standings(part, told, reference);
          for (int i = 0; i < other.length; i++) {
            double better = standings.get(i).betterThanReference();
            if (i != reference && better >= least && better < most) {
              cases++;
              held += other[i] < other[reference] ? 1 : 0;
            }
          }
        }
      }
    }
    return new Coverage(held, cases);
  }

  private static List<Pairs> parts(Pairs pairs, int campaign) {
    List<Pairs> parts = new ArrayList<>();
    for (int from = 0; from + campaign <= pairs.count(); from += campaign) {
      parts.add(pairs.part(from, from + campaign));
    }
    return parts;
  }

  private static List<Standing> standings(Pairs pairs, int seed, int reference) {
    double[] scores = pairs.column(SCORE, seed);
    double[] errors = pairs.column(DEVIATION, seed);
    return ScoreModel.DEFAULT
        .standings(
            IntStream.range(0, scores.length)
                .mapToObj(i -> List.of(new Run(scores[i], errors[i])))
                .toList(),
            reference)
        .architectures();
  }

  @Override
  public String toString() {
    return "%d of %d, %.0f %%".formatted(held, cases, 100.0 * held / cases);
  }
}
