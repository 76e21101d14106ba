package org.edm2search.pipeline.trial;

import java.util.List;
import org.edm2search.campaign.statistics.Run;
import org.edm2search.eval.EvaluationProtocol;

/**
 * What a candidate scored.
 *
 * @param chosen protocol with the chosen EMA length and guidance
 * @param selection its score on the seeds it was chosen on
 * @param trainings its scores on other seeds, by training and block; as many blocks each but for
 *     one
 * @param firsts the first block of each training
 */
public record FinalistResult(
    EvaluationProtocol chosen,
    double selection,
    List<List<ScoreBook.Score>> trainings,
    List<SeedBlock> firsts) {

  public FinalistResult {
    trainings = trainings.stream().map(List::copyOf).toList();
    firsts = List.copyOf(firsts);
  }

  /** Returns the scores of all blocks, training by training. */
  public List<Double> blocks() {
    return trainings.stream().flatMap(List::stream).map(ScoreBook.Score::score).toList();
  }

  /** Returns the trainings as the score model takes them. */
  public List<Run> runs() {
    return trainings.stream().map(FinalistResult::run).toList();
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
