package org.edm2search.pipeline.trial;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.edm2search.eval.DistanceMeter;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.Evaluator;
import org.edm2search.eval.ImageShape;
import org.edm2search.eval.Reference;
import org.edm2search.eval.fid.Estimate;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.model.sampling.Guidance;
import org.edm2search.train.TrainedCandidate;

/**
 * Scores trained candidates again, as results to report: EMA length and guidance weight are chosen
 * on one block of seeds, and the choice is scored on others.
 */
public final class FinalistScoring {

  private final FinalistPlan plan;
  private final ImageShape shape;
  private final FeatureExtractor extractor;
  private final Reference reference;
  private final DistanceMeter meter;
  private final ScoreBook book;

  /** Told of drawn images. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Called after each batch.
     *
     * @param what is being scored
     */
    void drawn(String what, int images, int total);
  }

  /**
   * What a candidate scored.
   *
   * @param chosen protocol with the chosen EMA length and guidance
   * @param selection its score on the seeds it was chosen on
   * @param blocks its scores on other seeds
   */
  public record Result(EvaluationProtocol chosen, double selection, List<Double> blocks) {

    public Result {
      blocks = List.copyOf(blocks);
    }

    /** Returns the mean over the blocks. */
    public double mean() {
      return blocks.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    /** Returns the standard deviation over the blocks; 0 for one block. */
    public double standardDeviation() {
      double mean = mean();
      double squares = blocks.stream().mapToDouble(b -> (b - mean) * (b - mean)).sum();
      return blocks.size() == 1 ? 0 : Math.sqrt(squares / (blocks.size() - 1));
    }

    /** Returns the least of the blocks: the custom of published tables. */
    public double least() {
      return blocks.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }
  }

  /**
   * Prepares scoring.
   *
   * @param meter made for the reference
   * @param book keeps scores, so that an interrupted run goes on
   */
  public FinalistScoring(
      FinalistPlan plan,
      ImageShape shape,
      FeatureExtractor extractor,
      Reference reference,
      DistanceMeter meter,
      ScoreBook book) {
    this.plan = plan;
    this.shape = shape;
    this.extractor = extractor;
    this.reference = reference;
    this.meter = meter;
    this.book = book;
  }

  /**
   * Scores a candidate.
   *
   * @param directory of the trial
   */
  public Result score(Path directory, Progress progress) {
    TrainedCandidate candidate = TrainedCandidate.read(directory);
    EvaluationProtocol chosen = null;
    double best = Double.POSITIVE_INFINITY;
    for (EvaluationProtocol protocol : plan.choices()) {
      double score = score(candidate, directory, protocol, progress);
      if (score < best || chosen == null) {
        best = score;
        chosen = protocol;
      }
    }
    EvaluationProtocol fixed = Objects.requireNonNull(chosen, "a plan has choices");
    List<Double> blocks = new ArrayList<>();
    plan.blockSeeds()
        .forEach(
            seed ->
                blocks.add(
                    score(
                        candidate,
                        directory,
                        fixed.with(fixed.set().withSeed(seed).withCount(plan.samples())),
                        progress)));
    return new Result(fixed, best, blocks);
  }

  private double score(
      TrainedCandidate candidate, Path directory, EvaluationProtocol protocol, Progress progress) {
    String digest = protocol.digest(extractor, reference.id());
    return book.scoreOf(
        directory.getFileName().toString(),
        digest,
        () -> {
          try (ImageSource draw = ImageSource.of(candidate, protocol)) {
            Estimate score =
                new Evaluator(protocol, shape)
                    .evaluate(
                        draw.denoiser(),
                        extractor,
                        reference,
                        meter,
                        (drawn, total) -> progress.drawn(what(protocol), drawn, total))
                    .score();
            return score.value();
          }
        });
  }

  private static String what(EvaluationProtocol protocol) {
    Guidance guidance = protocol.guidance();
    return "EMA %s%s, seeds from %d"
        .formatted(
            protocol.ema(),
            guidance.active() ? ", guidance " + guidance.weight() : "",
            protocol.seed());
  }

  /**
   * What to try and how to report.
   *
   * @param choices protocols to choose among, all with the same seeds
   * @param samples of a block that is reported
   * @param blocks number of blocks
   */
  public record FinalistPlan(List<EvaluationProtocol> choices, int samples, int blocks) {

    /**
     * Makes a plan of all pairs of EMA length and guidance weight.
     *
     * @param base the campaign's protocol
     * @param lengths EMA lengths; the campaign's alone if empty
     * @param weights guidance weights, 1 for none; the campaign's alone if empty
     * @throws IllegalArgumentException if one is out of bounds, or a weight has no guide
     */
    public static FinalistPlan of(
        EvaluationProtocol base,
        List<Double> lengths,
        List<Double> weights,
        int samples,
        int blocks) {
      List<EvaluationProtocol> choices = new ArrayList<>();
      for (double length : lengths.isEmpty() ? List.of(base.ema()) : lengths) {
        for (double weight : weights.isEmpty() ? List.of(base.guidance().weight()) : weights) {
          choices.add(chosen(base, length, weight));
        }
      }
      return new FinalistPlan(choices, samples, blocks);
    }

    /**
     * Returns a protocol with another EMA length and guidance weight.
     *
     * @throws IllegalArgumentException if one is out of bounds, or the weight has no guide
     */
    public static EvaluationProtocol chosen(EvaluationProtocol base, double length, double weight) {
      if (!(length > 0 && length < 0.28)) {
        throw new IllegalArgumentException(
            "--ema must be above 0 and below 0.28, but is " + length);
      }
      return base.withEma(length).with(base.sampling().with(guidance(base.guidance(), weight)));
    }

    private static Guidance guidance(Guidance base, double weight) {
      if (weight == base.weight()) {
        return base;
      }
      if (weight == 1) {
        return new Guidance.None();
      }
      if (!(weight >= 0 && weight <= 100)) {
        throw new IllegalArgumentException(
            "--guidance must be between 0 and 100, but is " + weight);
      }
      if (!base.active()) {
        throw new IllegalArgumentException(
            "--guidance %s needs a guide: give the campaign's file a section evaluation.guidance"
                .formatted(weight));
      }
      return Guidance.of(
          base.kind(),
          weight,
          base.interval(),
          base instanceof Guidance.Autoguidance auto ? auto.guide() : Guidance.DEFAULT_GUIDE);
    }

    public FinalistPlan {
      choices = List.copyOf(choices);
      if (choices.isEmpty() || blocks < 1) {
        throw new IllegalArgumentException("at least one choice and one block are needed");
      }
    }

    /** Returns the first seed of each block: no seed is in two blocks, or chosen on. */
    List<Long> blockSeeds() {
      EvaluationProtocol first = choices.get(0);
      long start = first.seed() + first.samples();
      return LongStream.range(0, blocks).mapToObj(block -> start + block * samples).toList();
    }
  }
}
