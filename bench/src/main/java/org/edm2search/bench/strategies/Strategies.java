package org.edm2search.bench.strategies;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.edm2search.space.base.AtomicFile;

/**
 * Compares search strategies on tables of trained candidates, by simulation: the strategies and
 * rungs of real campaigns, asked and told through their own port, at equal total FLOPs.
 *
 * <p>Arguments: the table; where to write the picture; the budget in full trainings with their
 * scores (24); runs of each contender (500).
 */
public final class Strategies {

  private static final double TRAININGS = 24;
  private static final int RUNS = 500;

  private Strategies() {}

  /** Prints tables in Markdown and writes the picture. */
  public static void main(String[] arguments) {
    if (arguments.length < 2) {
      throw new IllegalArgumentException("usage: TABLE.csv PICTURE.svg [TRAININGS] [RUNS]");
    }
    CandidateTable table = CandidateTable.load(Path.of(arguments[0]));
    double trainings = arguments.length > 2 ? Double.parseDouble(arguments[2]) : TRAININGS;
    int runs = arguments.length > 3 ? Integer.parseInt(arguments[3]) : RUNS;
    List<Contender> all = List.of(Contender.values());
    Competition real = Competition.on(table, all, trainings, runs, false, System.err::println);
    AtomicFile.write(
        Path.of(arguments[1]),
        CurvePicture.svg(
            String.format(
                Locale.ROOT,
                "%d architectures, %d runs each, searched by one seed and judged by the other",
                table.outcomes().size(),
                runs),
            real.curves(),
            trainings));
    Competition none = Competition.on(table, all, trainings, runs, true, System.err::println);
    System.out.printf(
        Locale.ROOT,
        "%d architectures, budget %.0f full trainings, %d runs each%n%n%s%nHeld-out scores"
            + " shuffled%n%n%s",
        table.outcomes().size(),
        trainings,
        runs,
        real.markdown(),
        none.markdown());
  }
}
