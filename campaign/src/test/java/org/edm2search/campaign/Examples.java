package org.edm2search.campaign;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Protocol;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Spending;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.Genotype;
import org.edm2search.space.Locus;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.cost.Cost;

/** Campaigns, spaces and trials the tests share. */
public final class Examples {

  public static final Instant NOW = Instant.parse("2026-11-22T10:15:30.123456789Z");
  public static final Protocol PROTOCOL = new Protocol("FD@1000 builtin, 12 steps", "p1");
  public static final Provenance ENVIRONMENT =
      Provenance.of(Map.of("data", "d1"), Map.of("edm2-search", "0.1.0"), "2 cores");

  private static final int LOSS_EVALUATIONS = 10;

  /**
   * A thousand evaluations to train, 100, 300 and 900 up to the rungs, ten for a loss and a hundred
   * to score; 3 an image for what ends early.
   */
  public static final Pricing PRICES =
      new Pricing() {
        @Override
        public Spending whole(Cost cost) {
          return new Spending(
              times(cost, 1000), times(cost, 100), BigInteger.ZERO, BigInteger.ZERO);
        }

        @Override
        public Spending until(Cost cost, long images) {
          return Spending.ofTraining(times(cost, 3 * images));
        }

        @Override
        public Spending training(Cost cost, int rung) {
          return Spending.ofTraining(
              times(cost, Math.min(999, 100 * Math.round(Math.pow(3, rung)))));
        }

        @Override
        public Spending loss(Cost cost) {
          return new Spending(
              BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, times(cost, LOSS_EVALUATIONS));
        }

        private BigInteger times(Cost cost, long evaluations) {
          return BigInteger.valueOf(cost.multiplyAdds()).multiply(BigInteger.valueOf(evaluations));
        }
      };

  public static final String GENES =
      """
          kernel: {scope: stage, values: [3, 5, 7]}
          expansion: {scope: stage, values: [2, 3, 4, 6]}
          depthwise: {scope: global, values: ["in", "mid", "out", "in,mid", "in,out", "mid,out", "in,mid,out"]}
          embedding: {scope: stage, values: [wide, narrow]}
          linear_bottleneck: {scope: global, values: [true, false]}
      """;

  private Examples() {}

  public static String yaml(Path directory, String search, int trials, String genes) {
    return """
        campaign: {name: test, seed: 7, trials: %d, directory: "%s"}
        search: {%s}
        space:
          genes:
        %s
          constraints: {max_flops: 1.2x, max_parameters: 1.5x}
        network: {model_channels: 8, channel_mult: [1, 2], num_blocks: 1, attn_resolutions: [8], channels_per_head: 8}
        data: {dataset: fashion-mnist, resolution: 16, class_conditional: true}
        training: {flops: 1.0e12, batch: 64}
        evaluation: {samples: 1000}
        """
        .formatted(trials, directory, search, genes.indent(2).stripTrailing());
  }

  public static CampaignConfig config(Path directory, String search, int trials) {
    return CampaignConfig.parse(yaml(directory, search, trials, GENES), "test.yaml");
  }

  /** Opens a campaign by the system's clock. */
  public static Campaign open(CampaignConfig config) {
    return Campaign.open(config, space(config), ENVIRONMENT, PRICES, Clock.systemUTC());
  }

  public static SearchSpace space(CampaignConfig config) {
    return config.space(16, 1, 10);
  }

  /** 3² · 4² · 7 · 2² · 2 = 8064 genotypes, about half of them allowed. */
  public static SearchSpace space() {
    return space(config(Path.of("unused"), "strategy: random", 1));
  }

  /** The same genotypes with other constraints. */
  public static SearchSpace constrainedSpace(String constraints) {
    String yaml =
        yaml(Path.of("unused"), "strategy: random", 1, GENES)
            .replace("{max_flops: 1.2x, max_parameters: 1.5x}", constraints);
    return space(CampaignConfig.parse(yaml, "constrained.yaml"));
  }

  public static SearchSpace tinySpace() {
    String genes =
        "    kernel: {scope: global, values: [3, 5]}\n    embedding: {values: [wide, narrow]}\n";
    return space(
        CampaignConfig.parse(yaml(Path.of("unused"), "strategy: random", 1, genes), "tiny.yaml"));
  }

  public static Candidate candidate(SearchSpace space, RandomGenerator random) {
    return Candidate.of(space, space.random(random));
  }

  public static Measurement measurement(double score) {
    return new Measurement(
        new Quantity("FD@1000", score, ""),
        List.of(new Quantity(Quantity.TRAINED_IMAGES, 4096, "images")),
        PROTOCOL);
  }

  public static Trial complete(int number, Candidate candidate, double score) {
    return complete(number, candidate, measurement(score));
  }

  public static Trial complete(int number, Candidate candidate, Measurement measurement) {
    return Trial.waiting(number, candidate, NOW)
        .started(NOW.plusSeconds(1))
        .complete(measurement, ENVIRONMENT.forTrial(number, "c1"), NOW.plusSeconds(11));
  }

  public static Trial failed(int number, Candidate candidate) {
    return Trial.waiting(number, candidate, NOW)
        .started(NOW.plusSeconds(1))
        .failed("diverged", ENVIRONMENT.forTrial(number, "c1"), NOW.plusSeconds(11));
  }

  /**
   * A score to search: each locus has a best allele, neighbours in the genotype interact, and equal
   * networks may differ only by the genotype they are scored under, so score canonically.
   */
  public static double synthetic(SearchSpace space, Genotype genotype) {
    double score = 1;
    List<Locus> loci = space.loci();
    for (int i = 0; i < loci.size(); i++) {
      int count = loci.get(i).alleles().size();
      int best = (i * 5 + 3) % count;
      double distance =
          Math.abs(genotype.alleles().get(i) - best) / (double) Math.max(1, count - 1);
      score += distance * distance * (1 + i % 3);
    }
    return score;
  }
}
