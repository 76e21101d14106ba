package org.edm2search.dashboard.view;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.edm2search.campaign.report.TrainingFlops;

/**
 * A campaign at one moment.
 *
 * @param name name of the campaign
 * @param state {@code running}, {@code stopped} or {@code finished}
 * @param paused whether the process that runs it is asked to wait
 * @param note why the campaign ended early, otherwise empty
 * @param about the campaign's settings, in a few words each
 * @param scoreName what the score measures; lower is better
 * @param counts trials by state
 * @param best the best trial
 * @param trainingFlops training cost so far
 * @param secondsSpent time spent in trials
 * @param secondsLeft estimated time to the end, while running
 * @param leaderboard the trials
 * @param rescored tables of scores by other protocols
 * @param charts points of the plots
 * @param rejections candidates refused before training, the first ones
 * @param rejected how many there are
 * @param unreadable lines of the journal that were left out
 */
public record CampaignView(
    String name,
    String state,
    boolean paused,
    String note,
    List<Entry> about,
    String scoreName,
    Counts counts,
    Best best,
    TrainingFlops trainingFlops,
    OptionalDouble secondsSpent,
    OptionalDouble secondsLeft,
    LeaderboardView leaderboard,
    List<ScoreTableView> rescored,
    ChartView charts,
    List<RejectionView> rejections,
    int rejected,
    int unreadable) {

  public CampaignView {
    about = List.copyOf(about);
    rescored = List.copyOf(rescored);
    rejections = List.copyOf(rejections);
  }

  /**
   * Trials by state. {@code total} is the number the campaign asks for, or that it has if that was
   * lowered.
   */
  public record Counts(
      int total, int complete, int running, int waiting, int pruned, int failed, int excluded) {

    /** Returns the trials that will not change any more. */
    public int finished() {
      return complete + pruned + failed + excluded;
    }
  }

  /**
   * The best score so far.
   *
   * @param trial its trial
   * @param score the score
   * @param standing what the scores say about its architecture
   * @param seedScore the seed architecture's score
   * @param toSeed typical score divided by the seed architecture's
   */
  public record Best(
      OptionalInt trial,
      OptionalDouble score,
      Optional<StandingView> standing,
      OptionalDouble seedScore,
      OptionalDouble toSeed) {}
}
