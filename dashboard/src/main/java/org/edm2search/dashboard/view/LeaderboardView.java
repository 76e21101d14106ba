package org.edm2search.dashboard.view;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A page of a campaign's trials.
 *
 * @param campaign name of the campaign
 * @param scoreName what the score measures; lower is better
 * @param query which page
 * @param total trials on all pages
 * @param rows the trials of this one, in the order shown
 */
public record LeaderboardView(
    String campaign, String scoreName, LeaderboardQuery query, int total, List<Row> rows) {

  public LeaderboardView {
    rows = List.copyOf(rows);
  }

  /**
   * One trial.
   *
   * @param trial number of the trial, 0 being the seed architecture
   * @param score what it scored
   * @param size what its network takes
   * @param front whether no other trial is both cheaper and better
   * @param genes values of every gene
   * @param status where it stands
   */
  public record Row(
      int trial, Score score, Size size, boolean front, List<GeneView> genes, Status status) {

    public Row {
      genes = List.copyOf(genes);
    }

    /** Returns whether this is the seed architecture. */
    public boolean seed() {
      return trial == 0;
    }

    /** Returns the genes that differ from the seed architecture's. */
    public List<GeneView> changedGenes() {
      return genes.stream().filter(GeneView::changed).toList();
    }
  }

  /**
   * What a trial scored; all empty before.
   *
   * @param value lower is better
   * @param trainings that it is the mean of; 0 for a trial that is not ranked
   * @param rank place among the scored trials, from 1
   * @param nearBest whether it is not told apart from the best; true of the best
   * @param standing what the scores say about its architecture
   * @param toSeed typical score divided by the seed architecture's
   */
  public record Score(
      OptionalDouble value,
      int trainings,
      OptionalInt rank,
      boolean nearBest,
      Optional<StandingView> standing,
      OptionalDouble toSeed) {

    /** Returns whether this is not the best, but is not told apart from it either. */
    public boolean uncertain() {
      return nearBest && rank.orElse(0) > 1;
    }
  }

  /**
   * What a network takes.
   *
   * @param multiplyAdds per image and network evaluation
   * @param toSeed these divided by the seed architecture's
   * @param parameters trained ones
   */
  public record Size(long multiplyAdds, OptionalDouble toSeed, long parameters) {}

  /**
   * Where a trial stands.
   *
   * @param state {@code waiting}, {@code running}, {@code complete}, {@code pruned} or {@code
   *     failed}
   * @param progress fraction trained of a running trial, 0 to 1
   * @param activity what a running trial is doing
   * @param repeatOf the trial whose architecture this one trains again
   * @param reason why the trial failed, was pruned or excluded, or is not ranked
   */
  public record Status(
      String state,
      OptionalDouble progress,
      String activity,
      OptionalInt repeatOf,
      Optional<String> reason) {

    /** Returns what went wrong, in a word or two; the reason says why. */
    public Optional<String> trouble() {
      return switch (state) {
        case "failed" -> Optional.of("Failed");
        case "pruned" -> Optional.of("Stopped early");
        case "excluded" -> Optional.of("Left out");
        default -> Optional.empty();
      };
    }

    /** Returns whether the trial will not change any more. */
    public boolean ended() {
      return !running() && !waiting();
    }

    /** Returns whether the trial is being trained or scored. */
    public boolean running() {
      return state.equals("running");
    }

    /** Returns whether the trial has not begun. */
    public boolean waiting() {
      return state.equals("waiting");
    }
  }
}
