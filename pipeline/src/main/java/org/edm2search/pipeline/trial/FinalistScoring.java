package org.edm2search.pipeline.trial;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.edm2search.eval.Evaluation;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.model.sampling.Guidance;

/**
 * Scores trained candidates again, as results to report: EMA length and guidance weight are chosen
 * on one block of seeds, and the choice is scored on others, dealt out among the trainings of the
 * candidate. Interrupted, it goes on within a block.
 */
public final class FinalistScoring {

  private final FinalistPlan plan;
  private final CheckpointScoring scoring;
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
   * Prepares scoring.
   *
   * @param book keeps scores, so that an interrupted run goes on
   */
  public FinalistScoring(FinalistPlan plan, CheckpointScoring scoring, ScoreBook book) {
    this.plan = plan;
    this.scoring = scoring;
    this.book = book;
  }

  /** Returns the name of the score of a block. */
  public String label() {
    EvaluationProtocol any = plan.choices().get(0);
    return any.with(any.set().withCount(plan.samples())).label(scoring.features());
  }

  /**
   * Scores a candidate.
   *
   * @param trainings directories of its trials; EMA length and guidance are chosen on the first,
   *     every one has at least one block
   */
  public FinalistResult score(List<Path> trainings, Progress progress) {
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
    List<SeedBlock> firsts = new ArrayList<>();
    trainings.forEach(training -> scores.add(new ArrayList<>()));
    List<Long> seeds = plan.blockSeeds(trainings.size());
    for (int block = 0; block < seeds.size(); block++) {
      int training = block % trainings.size();
      EvaluationProtocol protocol =
          fixed.with(fixed.set().withSeed(seeds.get(block)).withCount(plan.samples()));
      ScoreBook.Score score = score(trainings.get(training), protocol, progress);
      scores.get(training).add(score);
      if (firsts.size() == training) {
        String digest = scoring.digest(protocol);
        firsts.add(new SeedBlock(seeds.get(block), plan.samples(), digest, score));
      }
    }
    return new FinalistResult(fixed, best, scores, firsts);
  }

  private ScoreBook.Score score(Path directory, EvaluationProtocol protocol, Progress progress) {
    String trial = directory.getFileName().toString();
    String digest = scoring.digest(protocol);
    Optional<ScoreBook.Score> known = book.find(trial, digest);
    if (known.isPresent()) {
      return known.get();
    }
    String what = "trial %s, %s".formatted(Integer.parseInt(trial), what(protocol));
    Evaluation evaluation =
        scoring.score(
            directory,
            CheckpointScoring.checkpoint(directory),
            protocol,
            (drawn, total) -> progress.drawn(what, drawn, total),
            scored -> book.keep(trial, digest, ScoreBook.Score.of(scored.score())));
    return ScoreBook.Score.of(evaluation.score());
  }

  private static String what(EvaluationProtocol protocol) {
    Guidance guidance = protocol.guidance();
    return "EMA %s%s, seeds from %d"
        .formatted(
            protocol.ema(),
            guidance.active() ? ", guidance " + guidance.weight() : "",
            protocol.seed());
  }
}
