package org.edm2search.campaign.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.edm2search.campaign.statistics.ScoreModel.Scales;

/**
 * Averages what the model says under each pair of scales, by their probabilities. Architectures are
 * computed side by side, each for itself, and summed in order: the same numbers on any machine.
 */
final class StandingsSum {

  /** 97.5 % quantile of Student's t with 4 degrees of freedom. */
  private static final double T4 = 2.7764451051977987;

  private static final double TAIL = 0.025;

  private final List<Observations> all;
  private final ScoreGrid grid;
  private final int reference;
  private final double[][] posterior;
  private final double[] best;
  private double weight;
  private double seedDeviation;
  private double seedVariance;
  private double spread;

  StandingsSum(List<Observations> all, ScoreGrid grid, int reference) {
    this.all = all;
    this.grid = grid;
    this.reference = reference;
    posterior = new double[all.size()][];
    for (int a = 0; a < posterior.length; a++) {
      posterior[a] = new double[grid.to(all.get(a)) - grid.from(all.get(a))];
    }
    best = new double[all.size()];
  }

  /** Adds all of these. */
  StandingsSum over(List<Scales> likely) {
    likely.forEach(this::add);
    return this;
  }

  private void add(Scales scales) {
    double w = Math.exp(scales.logWeight());
    weight += w;
    seedDeviation += w * scales.seed();
    seedVariance += w * scales.seed() * scales.seed();
    spread += w * scales.spread();
    double[] prior = grid.prior(scales.spread());
    double[] seedVariances = grid.seedVariances(scales.seed());
    List<double[]> now =
        IntStream.range(0, posterior.length)
            .parallel()
            .mapToObj(a -> addPosterior(a, seedVariances, prior, w))
            .toList();
    addBest(now, w);
  }

  private double[] addPosterior(int a, double[] seedVariances, double[] prior, double w) {
    Observations runs = all.get(a);
    double[] p = grid.posterior(runs, grid.likelihood(runs, seedVariances), prior);
    for (int i = 0; i < p.length; i++) {
      posterior[a][i] += w * p[i];
    }
    return p;
  }

  /** P(a is best) = Σ over points of P(a there) × Π over others of P(other above). */
  private void addBest(List<double[]> now, double w) {
    int end = grid.points();
    for (Observations runs : all) {
      end = Math.min(end, grid.to(runs));
    }
    double[] allAbove = new double[end];
    Arrays.fill(allAbove, 1);
    for (int a = 0; a < now.size(); a++) {
      int from = grid.from(all.get(a));
      double[] p = now.get(a);
      double below = 0;
      for (int i = 0; from + i < end; i++) {
        allAbove[from + i] *= above(below, p[i]);
        below += p[i];
      }
    }
    double[] share =
        IntStream.range(0, now.size())
            .parallel()
            .mapToDouble(a -> share(now.get(a), grid.from(all.get(a)), allAbove))
            .toArray();
    double total = 0;
    for (double one : share) {
      total += one;
    }
    for (int a = 0; a < share.length; a++) {
      best[a] += w * share[a] / total;
    }
  }

  private static double share(double[] now, int from, double[] allAbove) {
    double share = 0;
    double below = 0;
    for (int i = 0; from + i < allAbove.length; i++) {
      double p = now[i];
      double above = above(below, p);
      if (above > 0) {
        share += p * allAbove[from + i] / above;
      }
      below += p;
    }
    return share;
  }

  /** Returns the probability of lying above a point, half of its own probability included. */
  private static double above(double below, double at) {
    return Math.max(0, 1 - below - at / 2);
  }

  /** Returns the probability that each is better than one of them, half for that one itself. */
  private double[] betterThan(int other) {
    int from = grid.from(all.get(other));
    // Probability that the other lies above a point, half of its own probability included.
    double[] above = new double[grid.points()];
    double below = 0;
    for (int point = 0; point < above.length; point++) {
      int i = point - from;
      double p = i >= 0 && i < posterior[other].length ? posterior[other][i] / weight : 0;
      above[point] = above(below, p);
      below += p;
    }
    double[] better =
        IntStream.range(0, posterior.length).parallel().mapToDouble(a -> mean(a, above)).toArray();
    better[other] = 0.5;
    return better;
  }

  /** Returns the mean over an architecture's posterior of what holds at a point. */
  private double mean(int architecture, double[] atPoint) {
    int from = grid.from(all.get(architecture));
    double mean = 0;
    for (int i = 0; i < posterior[architecture].length; i++) {
      mean += posterior[architecture][i] / weight * atPoint[from + i];
    }
    return mean;
  }

  /** Returns the averages. */
  Standings standings(ScoreScale scale) {
    double[] typical =
        IntStream.range(0, posterior.length).parallel().mapToDouble(this::median).toArray();
    int leader =
        IntStream.range(0, typical.length)
            .reduce((a, b) -> typical[b] < typical[a] ? b : a)
            .orElseThrow();
    double[] betterThanReference = betterThan(reference);
    double[] betterThanLeader = betterThan(leader);
    List<Standing> standings =
        IntStream.range(0, posterior.length)
            .parallel()
            .mapToObj(
                a -> standing(a, typical[a], betterThanReference[a], betterThanLeader[a], scale))
            .toList();
    return new Standings(standings, seedDeviation / weight, spread / weight);
  }

  private Standing standing(
      int architecture,
      double middle,
      double betterThanReference,
      double betterThanLeader,
      ScoreScale scale) {
    double low = quantile(architecture, TAIL);
    double high = quantile(architecture, 1 - TAIL);
    double sampling = all.get(architecture).samplingDeviation();
    double training = grid.growth(middle) * Math.sqrt(seedVariance / weight);
    double run = T4 * Math.hypot(training, sampling);
    return new Standing(
        scale.score(middle),
        scale.score(low),
        scale.score(high),
        scale.score(middle - Math.hypot(middle - low, run)),
        scale.score(middle + Math.hypot(high - middle, run)),
        best[architecture] / weight,
        betterThanReference,
        betterThanLeader);
  }

  private double median(int architecture) {
    return quantile(architecture, 0.5);
  }

  private double quantile(int architecture, double probability) {
    int from = grid.from(all.get(architecture));
    double below = 0;
    double[] p = posterior[architecture];
    for (int i = 0; i < p.length; i++) {
      double mass = p[i] / weight;
      if (below + mass >= probability) {
        double within = mass == 0 ? 0.5 : (probability - below) / mass;
        return grid.value(from + i) + (within - 0.5) * (grid.value(1) - grid.value(0));
      }
      below += mass;
    }
    return grid.value(from + p.length - 1);
  }
}
