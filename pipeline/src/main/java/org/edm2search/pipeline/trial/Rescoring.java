package org.edm2search.pipeline.trial;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.rescore.RescoreBook;
import org.edm2search.eval.Distance;
import org.edm2search.eval.Evaluation;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.Evaluator;
import org.edm2search.space.base.Edm2SearchException;

/**
 * Scores trials of a campaign by another protocol, from the checkpoints that were kept. Trials and
 * samples that are done are not done again.
 */
public final class Rescoring {

  private final EvaluationProtocol protocol;
  private final CheckpointScoring scoring;
  private final RescoreBook book;

  /**
   * Prepares scoring.
   *
   * @param protocol to score by
   * @param book keeps the scores
   */
  public Rescoring(EvaluationProtocol protocol, CheckpointScoring scoring, RescoreBook book) {
    this.protocol = protocol;
    this.scoring = scoring;
    this.book = book;
  }

  /** Returns the digest of the protocol, under which the book has the scores. */
  public String digest() {
    return scoring.digest(protocol);
  }

  /**
   * Returns what a trial scores.
   *
   * @param directory of the campaign
   * @param trial its number
   * @throws Edm2SearchException if the checkpoint cannot be read
   */
  public RescoreBook.Score score(
      CampaignDirectory directory, int trial, Evaluator.Progress progress) {
    Path folder = directory.trial(trial);
    String checkpoint = CheckpointScoring.checkpoint(folder);
    Optional<RescoreBook.Score> known = book.find(digest(), trial, checkpoint);
    if (known.isPresent()) {
      return known.get();
    }
    Evaluation evaluation =
        scoring.score(
            folder,
            checkpoint,
            protocol,
            progress,
            scored ->
                book.keep(
                    scored.protocol().digest(),
                    new RescoreBook.Table(
                        scored.protocol().label(),
                        scored.protocol().text(),
                        Map.of(trial, score(scored, checkpoint)))));
    return score(evaluation, checkpoint);
  }

  private static RescoreBook.Score score(Evaluation evaluation, String checkpoint) {
    Map<String, Double> distances = new TreeMap<>();
    for (Distance distance : Distance.values()) {
      distances.put(distance.key(), evaluation.distance(distance).value());
    }
    boolean known = evaluation.score().hasDeviation();
    return new RescoreBook.Score(
        evaluation.score().value(),
        known ? evaluation.score().standardDeviation() : 0,
        distances,
        checkpoint);
  }
}
