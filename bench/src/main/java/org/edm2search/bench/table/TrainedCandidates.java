package org.edm2search.bench.table;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.edm2search.data.DatasetProgress;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.edm2search.pipeline.trial.FeatureFiles;
import org.edm2search.space.Genotype;

/**
 * Fills the table of trained candidates: the full grid of kernel {3, 5, 7} × expansion {2, 3, 4, 6}
 * × depthwise placement (7) × embedding {wide, narrow}, 168 architectures, each trained from two
 * seeds, the same two for all, with a campaign's network, recipe, budget and protocol.
 *
 * <p>Each is trained once and measured at 1/9, 1/3 and all of the budget (columns {@code _9},
 * {@code _3}, {@code _1}), by the averaged weights: held-out denoising loss (2,048 noisy test
 * images, with its standard error and by 8 bins of noise) and the score, from a quarter of the
 * protocol's samples at the lower rungs and from all of them at the top; from seed 1 with a second
 * block of samples.
 *
 * <p>A line is a function of architecture and seed. The first architecture is the campaign's seed
 * architecture; the others follow in a fixed random order, each with both seeds in turn: a table
 * that is not yet full is a random part of the grid. Start it again to go on; lines that are there
 * are not measured again. Several processes share the work by parts and may write one file.
 */
public final class TrainedCandidates {

  private TrainedCandidates() {}

  /**
   * Arguments: a campaign file whose data is Fashion-MNIST, such as {@code
   * examples/quickstart.yaml}; the CSV file; a directory for the files of training, which keeps the
   * losses of each noisy image; optionally the part to measure, such as {@code 0/2}, {@code 1/2},
   * and the seeds of training, by default {@code 1,2}.
   */
  public static void main(String[] arguments) {
    Path campaign = Path.of(arguments[0]);
    TableFile table = new TableFile(Path.of(arguments[1]));
    Path work = Path.of(arguments[2]);
    String[] part = (arguments.length > 3 ? arguments[3] : "0/1").split("/");
    int remainder = Integer.parseInt(part[0]);
    int parts = Integer.parseInt(part[1]);
    List<Long> seeds =
        Stream.of((arguments.length > 4 ? arguments[4] : "1,2").split(","))
            .map(Long::parseLong)
            .toList();

    CampaignSettings settings = CampaignSettings.load(campaign, DatasetProgress.NONE);
    CandidateGrid grid = new CandidateGrid(settings.space().seed());
    List<Genotype> order = grid.inOrder();
    FeatureFiles features =
        FeatureFiles.of(
            Optional.empty(), System.getenv(), Path.of(System.getProperty("user.home")));
    try (CandidateMeasurement measuring =
        new CandidateMeasurement(
            settings, grid.space(), features.open(settings.protocol().features(), done -> {}))) {
      requireSameProtocol(table, measuring.protocol());
      for (int i = remainder; i < order.size(); i += parts) {
        for (long seed : seeds) {
          String name = order.get(i).id() + "-" + seed;
          if (!measured(table).contains(name)) {
            Map<String, String> line =
                measuring.measure(
                    order.get(i),
                    seed,
                    work.resolve(name),
                    work.resolve("losses").resolve(name + ".safetensors"));
            table.append(line);
            System.out.printf(
                Locale.ROOT, "%d of %d, seed %d: %s%n", i + 1, order.size(), seed, line);
          }
        }
      }
    }
  }

  private static void requireSameProtocol(TableFile table, String protocol) {
    for (Map<String, String> line : table.read()) {
      if (!protocol.equals(line.get(CandidateMeasurement.PROTOCOL))) {
        throw new IllegalStateException(
            "the table was scored under protocol %s, but this program scores under %s; begin another file"
                .formatted(line.get(CandidateMeasurement.PROTOCOL), protocol));
      }
    }
  }

  private static Set<String> measured(TableFile table) {
    return table.read().stream()
        .map(line -> line.get("id") + "-" + line.get("seed"))
        .collect(Collectors.toSet());
  }
}
