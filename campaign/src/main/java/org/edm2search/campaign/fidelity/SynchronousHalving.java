package org.edm2search.campaign.fidelity;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Successive halving by brackets (Jamieson and Talwalkar 1502.07943; with several beginnings
 * Hyperband, Li et al. 1603.06560): when all candidates of a rung have been told, the best of them
 * go on to the next. One bracket follows the other, so what is decided does not depend on how many
 * workers there are or which of them is faster.
 */
public final class SynchronousHalving implements HalvingScheduler {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /**
   * All there is to know of a scheduler between two calls.
   *
   * @param bracket number of the open bracket
   * @param rung the rung being trained
   * @param begun how many candidates were begun in all
   * @param closed whether no further one comes
   * @param queue candidates that were promoted to the rung and are not in training yet
   * @param training candidates in training to the rung
   * @param results what the others showed there
   */
  private record State(
      int bracket,
      int rung,
      int begun,
      boolean closed,
      List<Integer> queue,
      List<Integer> training,
      List<RungResult> results) {}

  private final FidelitySettings settings;
  private final Deque<Integer> queue;
  private final List<Integer> training;
  private final List<RungResult> results;
  private int bracket;
  private int rung;
  private int begun;
  private boolean closed;

  /** Starts a scheduler, or continues it from its {@link #state}. */
  public SynchronousHalving(FidelitySettings settings, Optional<String> state) {
    this.settings = settings;
    State before =
        state
            .map(json -> MAPPER.readValue(json, State.class))
            .orElse(new State(0, settings.firstRung(0), 0, false, List.of(), List.of(), List.of()));
    bracket = before.bracket();
    rung = before.rung();
    begun = before.begun();
    closed = before.closed();
    queue = new ArrayDeque<>(before.queue());
    training = new ArrayList<>(before.training());
    results = new ArrayList<>(before.results());
  }

  @Override
  public Decision ask(boolean fresh) {
    while (rungDecided()) {
      if (closed && results.isEmpty()) {
        return new Decision.Done();
      }
      advance();
    }
    if (!queue.isEmpty()) {
      training.add(queue.remove());
      return new Decision.Train(training.get(training.size() - 1), rung, false);
    }
    if (fresh && room()) {
      training.add(begun);
      return new Decision.Train(begun++, rung, true);
    }
    return new Decision.Wait();
  }

  /** Whether the bracket takes further fresh candidates. */
  private boolean room() {
    return !closed
        && rung == settings.firstRung(bracket)
        && training.size() + results.size() < settings.width(bracket);
  }

  private boolean rungDecided() {
    return queue.isEmpty() && training.isEmpty() && !room();
  }

  private void advance() {
    List<RungResult> best = Promotion.order(results);
    int promoted = settings.promoted(results.size());
    results.clear();
    if (rung == settings.rungs() - 1 || best.isEmpty()) {
      bracket++;
      rung = settings.firstRung(bracket);
    } else {
      rung++;
      best.stream().limit(promoted).forEach(result -> queue.add(result.candidate()));
    }
  }

  @Override
  public void tell(RungResult result) {
    if (result.rung() != rung || !training.remove((Integer) result.candidate())) {
      throw new IllegalArgumentException(
          "candidate %d is not in training to rung %d"
              .formatted(result.candidate(), result.rung()));
    }
    results.add(result);
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public String state() {
    return MAPPER.writeValueAsString(
        new State(
            bracket,
            rung,
            begun,
            closed,
            List.copyOf(queue),
            List.copyOf(training),
            List.copyOf(results)));
  }
}
