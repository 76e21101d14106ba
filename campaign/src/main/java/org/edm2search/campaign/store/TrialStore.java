package org.edm2search.campaign.store;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.LossCurve;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.LossPoint;

/**
 * Keeps a campaign's trials. Thread-safe. Each method is one transaction, durable when it returns,
 * even if the process is killed the moment after; a store may gather {@link #record} and {@link
 * #report} for a second.
 *
 * <p>Finished trials never change, but for those that are put back or left out on request.
 * Repeating a write with equal arguments has no effect, so a write whose answer was lost can be
 * repeated.
 */
public interface TrialStore extends TrialReader {

  /** Returns the strategy's population and queue as JSON, empty before the first proposal. */
  Optional<String> strategyState();

  /** Gives every loss curve that has points, whole and by images, by trial. */
  void forEachCurve(Consumer<LossCurve> action);

  /** Stores the campaign, or its changed settings and note. The creation time stays. */
  void save(CampaignRecord campaign);

  /**
   * Adds a proposed trial together with the candidates refused on the way to it and the strategy's
   * state after proposing it.
   *
   * @param rejections newly refused; counts add up with those stored
   * @throws IllegalStateException unless the trial is waiting and has the next number
   */
  void create(Trial trial, List<Rejection> rejections, String strategyState);

  /**
   * Records that a trial runs.
   *
   * @throws IllegalStateException if it does not exist or is finished
   */
  void start(Trial running);

  /**
   * Records how a trial ended together with the strategy's state after learning of it.
   *
   * @throws IllegalStateException if it does not exist, is not running or ended otherwise
   */
  void finish(Trial finished, String strategyState);

  /**
   * Records what became of trials at a rung, all of it together with the search's state: they
   * reached it and wait, are to be trained to the next, or are pruned.
   *
   * @throws IllegalStateException if one does not exist, is finished already, or is neither waiting
   *     nor pruned now
   */
  void decide(List<Trial> trials, String strategyState);

  /**
   * Adds an attempt that failed to the history of its trial.
   *
   * @throws IllegalStateException if the trial does not exist
   */
  void record(Attempt attempt);

  /**
   * Records that a trial waits to be tried again. Its loss curve stays.
   *
   * @throws IllegalStateException unless it runs, failed or is excluded
   */
  void putBack(Trial waiting);

  /**
   * Records that a trial is left out.
   *
   * @throws IllegalStateException if it was measured or pruned
   */
  void exclude(Trial excluded);

  /**
   * Adds points to the curves of running trials, replacing those at the same images, and replaces
   * the progress of running trials, which is kept until they end or the store is closed.
   *
   * @throws IllegalStateException if one of the trials is not running
   */
  void add(List<LossCurve> curves, List<Progress> progress);

  /** Adds points to the curve of a running trial. */
  default void record(LossCurve curve) {
    add(List.of(curve), List.of());
  }

  /** Adds a point to the curve of a running trial. */
  default void record(int number, LossPoint point) {
    record(new LossCurve(number, List.of(point)));
  }

  /** Replaces the progress of a running trial. */
  default void report(Progress progress) {
    add(List.of(), List.of(progress));
  }

  /**
   * Tells, in words, when the connection to a server was lost and when it is there again. Whoever
   * called the store waits meanwhile.
   */
  default void onConnectionNews(Consumer<String> listener) {}

  /**
   * Says that somebody waits for the end. From then on a call that waits for a lost connection, and
   * every call after it, throws a {@link StoreAbandonedException}. Callable from any thread.
   */
  default void waitNoLonger() {}

  /** Copies everything to a file, replacing it at once; nothing where a server has copies. */
  void backup(Path file);
}
