package org.edm2search.pipeline.trial;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.edm2search.campaign.statistics.Run;
import org.edm2search.eval.DistanceMeter;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.Evaluator;
import org.edm2search.eval.ImageShape;
import org.edm2search.eval.Reference;
import org.edm2search.eval.fid.Estimate;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.reference.KeptSamples;
import org.edm2search.model.sampling.Guidance;
import org.edm2search.train.TrainedCandidate;

/**
 * Scores trained candidates again, as results to report: EMA length and guidance weight are chosen
 * on one block of seeds, and the choice is scored on others, dealt out among the trainings of the
 * candidate. Interrupted, it goes on within a block.
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
   * A score that can be measured again from one training.
   *
   * @param seed the first of its seeds
   * @param samples drawn
   * @param protocolDigest of everything it depends on
   * @param score measured
   */
  public record Block(long seed, int samples, String protocolDigest, ScoreBook.Score score) {

    /** Returns the protocol with the seeds of this block. */
    public EvaluationProtocol seeded(EvaluationProtocol protocol) {
      return protocol.with(protocol.set().withSeed(seed).withCount(samples));
    }
  }

  /**
   * What a candidate scored.
   *
   * @param chosen protocol with the chosen EMA length and guidance
   * @param selection its score on the seeds it was chosen on
   * @param trainings its scores on other seeds, by training and block; as many blocks each but for
   *     one
   * @param firsts the first block of each training
   */
  public record Result(
      EvaluationProtocol chosen,
      double selection,
      List<List<ScoreBook.Score>> trainings,
      List<Block> firsts) {

    public Result {
      trainings = trainings.stream().map(List::copyOf).toList();
      firsts = List.copyOf(firsts);
    }

    /** Returns the scores of all blocks, training by training. */
    public List<Double> blocks() {
      return trainings.stream().flatMap(List::stream).map(ScoreBook.Score::score).toList();
    }

    /** Returns the trainings as the score model takes them. */
    public List<Run> runs() {
      return trainings.stream().map(Result::run).toList();
    }

    private static Run run(List<ScoreBook.Score> blocks) {
      double sum = 0;
      double variance = 0;
      for (ScoreBook.Score block : blocks) {
        sum += block.score();
        variance += block.deviation() * block.deviation();
      }
      return new Run(sum / blocks.size(), Math.sqrt(variance) / blocks.size());
    }

    /** Returns the mean over the trainings, each the mean over its blocks. */
    public double mean() {
      return runs().stream().mapToDouble(Run::score).average().orElseThrow();
    }

    /** Returns the standard deviation over the blocks; 0 for one block. */
    public double standardDeviation() {
      List<Double> blocks = blocks();
      double mean = blocks.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
      double squares = blocks.stream().mapToDouble(b -> (b - mean) * (b - mean)).sum();
      return blocks.size() == 1 ? 0 : Math.sqrt(squares / (blocks.size() - 1));
    }

    /** Returns the least of the blocks: the custom of published tables. */
    public double least() {
      return blocks().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
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
   * @param trainings directories of its trials; EMA length and guidance are chosen on the first,
   *     every one has at least one block
   */
  public Result score(List<Path> trainings, Progress progress) {
    Path first = trainings.get(0);
    EvaluationProtocol chosen = null;
    double best = Double.POSITIVE_INFINITY;
    for (EvaluationProtocol protocol : plan.choices()) {
      double score = score(first, protocol, progress).score();
      if (score < best || chosen == null) {
        best = score;
        chosen = protocol;
      }
    }
    EvaluationProtocol fixed = Objects.requireNonNull(chosen, "a plan has choices");
    List<List<ScoreBook.Score>> scores = new ArrayList<>();
    List<Block> firsts = new ArrayList<>();
    trainings.forEach(training -> scores.add(new ArrayList<>()));
    List<Long> seeds = plan.blockSeeds(trainings.size());
    for (int block = 0; block < seeds.size(); block++) {
      int training = block % trainings.size();
      EvaluationProtocol protocol =
          fixed.with(fixed.set().withSeed(seeds.get(block)).withCount(plan.samples()));
      ScoreBook.Score score = score(trainings.get(training), protocol, progress);
      scores.get(training).add(score);
      if (firsts.size() == training) {
        String digest = protocol.digest(extractor, reference.id());
        firsts.add(new Block(seeds.get(block), plan.samples(), digest, score));
      }
    }
    return new Result(fixed, best, scores, firsts);
  }

  private ScoreBook.Score score(Path directory, EvaluationProtocol protocol, Progress progress) {
    String digest = protocol.digest(extractor, reference.id());
    String trial = directory.getFileName().toString();
    return book.scoreOf(
        trial,
        digest,
        () -> {
          TrainedCandidate candidate = TrainedCandidate.read(directory);
          KeptSamples samples = new KeptSamples(directory, Rescoring.checkpoint(directory), digest);
          try (ImageSource draw = ImageSource.of(candidate, protocol)) {
            Estimate score =
                new Evaluator(protocol, shape)
                    .evaluate(
                        draw.denoiser(),
                        extractor,
                        reference,
                        meter,
                        samples,
                        (drawn, total) ->
                            progress.drawn(
                                "trial %s, %s".formatted(Integer.parseInt(trial), what(protocol)),
                                drawn,
                                total))
                    .score();
            samples.discard();
            return ScoreBook.Score.of(score);
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

    /**
     * Returns the first seed of each block: no seed is in two blocks, or chosen on.
     *
     * @param least of the blocks there are
     */
    List<Long> blockSeeds(int least) {
      EvaluationProtocol first = choices.get(0);
      long start = first.seed() + first.samples();
      return LongStream.range(0, Math.max(blocks, least))
          .mapToObj(block -> start + block * samples)
          .toList();
    }
  }
}
