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
 * @param status where it stands
 * @param best the best trial
 * @param spent what it has cost so far
 * @param leaderboard the trials
 * @param rescored tables of scores by other protocols
 * @param charts points of the plots
 * @param refused candidates refused before training
 */
public record CampaignView(
    String name,
    Status status,
    Best best,
    Spent spent,
    LeaderboardView leaderboard,
    List<ScoreTableView> rescored,
    ChartView charts,
    Refused refused) {

  public CampaignView {
    rescored = List.copyOf(rescored);
  }

  /**
   * Where a campaign stands.
   *
   * @param state {@code running}, {@code stopped} or {@code finished}
   * @param paused whether the process that runs it is asked to wait
   * @param note why the campaign ended early, otherwise empty
   * @param about the campaign's settings, in a few words each
   * @param counts trials by state
   * @param unreadable lines of the journal that were left out
   */
  public record Status(
      String state, boolean paused, String note, List<Entry> about, Counts counts, int unreadable) {

    public Status {
      about = List.copyOf(about);
    }

    /** Returns whether a process runs the campaign. */
    public boolean running() {
      return state.equals("running");
    }

    /** Returns whether the campaign is at its end. */
    public boolean finished() {
      return state.equals("finished");
    }
  }

  /**
   * What a campaign has cost.
   *
   * @param trainingFlops training so far
   * @param seconds time spent in trials
   * @param secondsLeft estimated time to the end, while running
   */
  public record Spent(
      TrainingFlops trainingFlops, OptionalDouble seconds, OptionalDouble secondsLeft) {}

  /**
   * Candidates refused before training.
   *
   * @param first the first ones
   * @param total how many there are
   */
  public record Refused(List<RejectionView> first, int total) {

    public Refused {
      first = List.copyOf(first);
    }
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
