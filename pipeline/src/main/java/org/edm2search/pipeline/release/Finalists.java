package org.edm2search.pipeline.release;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.leaderboard.Leaderboard.Row;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.pipeline.trial.FinalistResult;
import org.edm2search.pipeline.trial.FinalistScoring;
import org.edm2search.space.base.Edm2SearchException;

/** The trials of a campaign that are scored again: which they are, and what they score. */
public final class Finalists {

  private Finalists() {}

  /**
   * Returns the named trials, or the best ones; in either case with the seed architecture G*, trial
   * 0, which everything is compared with, if it is complete.
   *
   * @param top how many of the best; without effect if trials are named
   * @param numbers of trials
   * @return best first
   * @throws IllegalArgumentException if a named trial is not complete, or was scored otherwise than
   *     the others
   */
  public static List<Row> of(Leaderboard leaderboard, int top, List<Integer> numbers) {
    List<Row> all = leaderboard.tables().isEmpty() ? List.of() : leaderboard.tables().get(0).rows();
    List<Integer> wanted =
        new ArrayList<>(
            numbers.isEmpty()
                ? all.stream().limit(top).map(row -> row.trial().number()).toList()
                : numbers);
    for (int number : wanted) {
      if (all.stream().noneMatch(row -> row.trial().number() == number)) {
        throw new IllegalArgumentException(
            "trial %d is not among the complete trials of the leaderboard".formatted(number));
      }
    }
    wanted.add(0);
    return all.stream().filter(row -> wanted.contains(row.trial().number())).toList();
  }

  /**
   * Scores trials, and keeps what was chosen for each of their trainings.
   *
   * @param rows the trials; trainings without a checkpoint are left out
   * @return the results, in the same order
   * @throws Edm2SearchException if a trial has no checkpoint
   */
  public static List<FinalistResult> score(
      CampaignDirectory directory,
      List<Row> rows,
      FinalistScoring scoring,
      FinalistScoring.Progress progress) {
    FinalChoices choices = FinalChoices.of(directory.path());
    List<FinalistResult> results = new ArrayList<>();
    for (Row row : rows) {
      directory.requireCheckpoint(row.trial().number());
      List<Path> trainings =
          row.runs().stream()
              .map(run -> directory.trial(run.number()))
              .filter(folder -> Files.exists(folder.resolve(CampaignDirectory.CHECKPOINT)))
              .toList();
      FinalistResult result = scoring.score(trainings, progress);
      for (Trial run : row.runs()) {
        int training = trainings.indexOf(directory.trial(run.number()));
        choices.put(run.number(), FinalChoice.of(result, scoring.label(), training));
      }
      results.add(result);
    }
    return results;
  }
}
