package org.edm2search.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.edm2search.campaign.strategy.Observation;
import org.edm2search.campaign.strategy.SearchSettings;
import org.edm2search.campaign.strategy.SearchStrategy;
import org.edm2search.campaign.strategy.SearchStrategy.Proposal;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.data.DatasetProgress;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.edm2search.space.Genotype;
import org.edm2search.space.SearchSpace;

/**
 * How long a strategy thinks about its next proposal when a campaign has many trials, each proposal
 * after a score that it did not know before.
 *
 * <p>Arguments: a campaign file, whose space is searched; strategies, separated by commas ({@code
 * model}); the number of trials (1000); proposals to measure (20). Scores are made up: an effect of
 * each allele, and noise.
 */
public final class ProposalTime {

  private static final long SEED = 1;

  private ProposalTime() {}

  /** Prints a line for each strategy. */
  public static void main(String[] arguments) {
    SearchSpace space = CampaignSettings.load(Path.of(arguments[0]), DatasetProgress.NONE).space();
    List<String> strategies = List.of((arguments.length > 1 ? arguments[1] : "model").split(","));
    int trials = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1000;
    int proposals = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 20;
    for (String name : strategies) {
      SearchSettings.Kind kind =
          SearchSettings.Kind.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
      Times times = measure(space, SearchSettings.of(kind), trials, proposals);
      System.out.printf(
          Locale.ROOT,
          "%s at %d trials, %d loci, median of %d proposals and range: %s, CPU %s%n",
          kind.text(),
          trials,
          space.loci().size(),
          proposals,
          text(times.wall()),
          text(times.processor()));
    }
  }

  /**
   * How long proposals took.
   *
   * @param wall seconds on the clock
   * @param processor seconds of this thread's processor time, which other programs do not lengthen
   */
  private record Times(double[] wall, double[] processor) {}

  private static String text(double[] seconds) {
    Arrays.sort(seconds);
    return String.format(
        Locale.ROOT,
        "%.3f s (%.3f to %.3f)",
        seconds[seconds.length / 2],
        seconds[0],
        seconds[seconds.length - 1]);
  }

  private static Times measure(
      SearchSpace space, SearchSettings settings, int trials, int proposals) {
    SplittableRandom random = new SplittableRandom(SEED);
    List<Trial> history = new ArrayList<>();
    for (int number = 0; number < trials; number++) {
      Genotype genotype = number == 0 ? space.seedGenotype() : space.random(random);
      history.add(Trial.waiting(number, Candidate.of(space, genotype), Instant.EPOCH));
    }
    SearchStrategy strategy = settings.strategy(space, SEED, history, Optional.empty());
    for (Trial trial : history) {
      strategy.tell(observation(trial.number(), trial.candidate().genotype().in(space), random));
    }
    ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    Times times = new Times(new double[proposals], new double[proposals]);
    for (int i = 0; i < proposals; i++) {
      long processor = thread.getCurrentThreadCpuTime();
      long start = System.nanoTime();
      Proposal proposal = strategy.ask();
      times.wall()[i] = (System.nanoTime() - start) / 1e9;
      times.processor()[i] = (thread.getCurrentThreadCpuTime() - processor) / 1e9;
      if (proposal instanceof Proposal.Try next) {
        strategy.tell(observation(trials + i, next.genotype(), random));
      }
    }
    return times;
  }

  private static Observation observation(int trial, Genotype genotype, SplittableRandom random) {
    double log = 2;
    for (int locus = 0; locus < genotype.alleles().size(); locus++) {
      int allele = genotype.alleles().get(locus);
      log += 0.3 * new SplittableRandom(31L * locus + allele).nextGaussian();
    }
    double score = Math.exp(log + 0.15 * random.nextGaussian());
    return new Observation(
        trial, genotype.id(), OptionalDouble.of(score), Math.pow(0.05 * score, 2), 0);
  }
}
