package org.edm2search.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.edm2search.data.ImageDataset;
import org.edm2search.data.format.FashionMnist;
import org.edm2search.eval.Distance;
import org.edm2search.eval.fid.ClassifierExtractor;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.fid.FeatureStatistics;
import org.edm2search.eval.fid.FrechetDistance;
import org.edm2search.eval.fid.KernelDistance;
import org.edm2search.eval.fid.PrincipalAxes;

/**
 * How often each distance ranks a perfect generator before a defective one, at few samples.
 *
 * <p>Perfect samples are fresh draws from the real distribution. Defective ones have 20 % less
 * variance: shrunk toward the mean by √0.8. Two kinds of features: normal ones with a 1/k spectrum
 * of trace 300, as Inception's roughly are, in 512 dimensions (numbers of samples a quarter of
 * those that show the same with 2048); and those of the built-in extractor on Fashion-MNIST, the
 * test set being the perfect generator.
 */
public final class SmallSamples {

  private static final int SEEDS = 20;
  private static final double SHRINK = Math.sqrt(0.8);

  private SmallSamples() {}

  /** A distance of samples to a reference. */
  private interface Estimator {
    double of(double[][] rows);
  }

  /** Draws samples of a perfect generator. */
  private interface Source {
    double[][] draw(int count, Random random);
  }

  /** Takes no arguments. */
  public static void main(String[] arguments) {
    System.out.println("| features | samples | distance | perfect | defective | ranked right |");
    System.out.println("| --- | --- | --- | --- | --- | --- |");
    normalFeatures();
    realFeatures();
  }

  private static void normalFeatures() {
    int d = 512;
    double[] deviations = new double[d];
    double harmonic = 0;
    for (int k = 1; k <= d; k++) {
      harmonic += 1.0 / k;
    }
    for (int k = 0; k < d; k++) {
      deviations[k] = Math.sqrt(300 / harmonic / (k + 1));
    }
    double[] covariance = new double[d * d];
    for (int k = 0; k < d; k++) {
      covariance[k * d + k] = deviations[k] * deviations[k];
    }
    FeatureStatistics reference = new FeatureStatistics(50_000, new double[d], covariance);
    Source source =
        (count, random) -> {
          double[][] rows = new double[count][d];
          for (double[] row : rows) {
            for (int k = 0; k < d; k++) {
              row[k] = deviations[k] * random.nextGaussian();
            }
          }
          return rows;
        };
    double[][] real = source.draw(3000, new Random(-1));
    compare("normal, d = 512", reference, real, List.of(32, 64, 128), source, 250, 500, 1250);
  }

  private static void realFeatures() {
    int resolution = 16;
    try (FeatureExtractor extractor = ClassifierExtractor.builtin()) {
      ImageDataset training = FashionMnist.load(FashionMnist.Split.TRAINING, resolution);
      ImageDataset test = FashionMnist.load(FashionMnist.Split.TEST, resolution);
      double[][] real = features(training, extractor);
      double[][] others = features(test, extractor);
      Source source =
          (count, random) -> {
            double[][] rows = new double[count][];
            int[] order = random.ints(0, others.length).distinct().limit(count).toArray();
            for (int i = 0; i < count; i++) {
              rows[i] = others[order[i]].clone();
            }
            return rows;
          };
      double[][] some = new double[3000][];
      System.arraycopy(real, 0, some, 0, some.length);
      compare(
          extractor.id(),
          FeatureStatistics.of(real),
          some,
          List.of(16, 32, 64),
          source,
          100,
          250,
          1000);
    }
  }

  private static double[][] features(ImageDataset images, FeatureExtractor extractor) {
    List<double[]> rows = new ArrayList<>();
    images.batches(500).forEach(batch -> rows.addAll(List.of(extractor.features(batch))));
    return rows.toArray(double[][]::new);
  }

  private static void compare(
      String features,
      FeatureStatistics reference,
      double[][] real,
      List<Integer> axes,
      Source source,
      int... counts) {
    Map<String, Estimator> distances = new LinkedHashMap<>();
    FrechetDistance whole = new FrechetDistance(reference);
    distances.put(Distance.FD.label(), whole::of);
    for (int count : axes) {
      PrincipalAxes principal = whole.principalAxes(count);
      FrechetDistance along = new FrechetDistance(principal.reference());
      distances.put("FD-PCA" + count, rows -> along.of(principal.project(rows)));
    }
    KernelDistance kernel = new KernelDistance(real);
    distances.put(Distance.KID.label(), rows -> kernel.of(rows).value());
    for (int count : counts) {
      Map<String, double[]> sums = new TreeMap<>();
      for (int seed = 0; seed < SEEDS; seed++) {
        double[][] perfect = source.draw(count, new Random(2L * seed));
        double[][] defective = source.draw(count, new Random(2L * seed + 1));
        shrink(defective, reference.mean());
        distances.forEach(
            (name, distance) -> {
              double good = distance.of(perfect);
              double bad = distance.of(defective);
              double[] sum = sums.computeIfAbsent(name, key -> new double[3]);
              sum[0] += good / SEEDS;
              sum[1] += bad / SEEDS;
              sum[2] += good < bad ? 1 : 0;
            });
      }
      distances
          .keySet()
          .forEach(
              name -> {
                double[] sum = Objects.requireNonNull(sums.get(name));
                System.out.printf(
                    Locale.ROOT,
                    "| %s | %,d | %s | %.4g | %.4g | %.0f of %d |%n",
                    features,
                    count,
                    name,
                    sum[0],
                    sum[1],
                    sum[2],
                    SEEDS);
              });
    }
  }

  private static void shrink(double[][] rows, double[] mean) {
    for (double[] row : rows) {
      for (int k = 0; k < row.length; k++) {
        row[k] = mean[k] + SHRINK * (row[k] - mean[k]);
      }
    }
  }
}
