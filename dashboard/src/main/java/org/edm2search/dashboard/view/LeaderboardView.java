package org.edm2search.dashboard.view;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

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
   * @param rank place among the scored trials, from 1
   * @param nearBest whether it is not told apart from the best; true of the best
   * @param state {@code waiting}, {@code running}, {@code complete}, {@code pruned} or {@code
   *     failed}
   * @param score the score, lower is better
   * @param standing what the scores say about its architecture
   * @param scoreToSeed typical score divided by the seed architecture's
   * @param multiplyAdds multiply-adds per image and network evaluation
   * @param costToSeed multiply-adds divided by the seed architecture's
   * @param parameters parameters of the network
   * @param genes values of every gene
   * @param progress fraction trained of a running trial, 0 to 1
   * @param activity what a running trial is doing
   * @param reason why the trial failed, was pruned or rejected
   * @param seed whether this is the seed architecture
   * @param front whether no other trial is both cheaper and better
   */
  public record Row(
      int trial,
      OptionalInt rank,
      boolean nearBest,
      String state,
      OptionalDouble score,
      Optional<StandingView> standing,
      OptionalDouble scoreToSeed,
      OptionalLong multiplyAdds,
      OptionalDouble costToSeed,
      OptionalLong parameters,
      List<GeneView> genes,
      OptionalDouble progress,
      String activity,
      Optional<String> reason,
      boolean seed,
      boolean front) {

    public Row {
      genes = List.copyOf(genes);
    }

    /** Returns whether this is not the best trial, but is not told apart from it either. */
    @JsonIgnore
    public boolean uncertain() {
      return nearBest && rank.orElse(0) > 1;
    }

    /** Returns the genes that differ from the seed architecture's. */
    @JsonIgnore
    public List<GeneView> changedGenes() {
      return genes.stream().filter(GeneView::changed).toList();
    }

    /** Returns whether the trial will not change any more. */
    @JsonIgnore
    public boolean ended() {
      return !running() && !state.equals("waiting");
    }

    /** Returns whether the trial is being trained or scored. */
    @JsonIgnore
    public boolean running() {
      return state.equals("running");
    }
  }
}
