package org.edm2search.campaign.fidelity;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Successive halving by brackets (Jamieson and Talwalkar 1502.07943; with several beginnings
 * Hyperband, Li et al. 1603.06560): when all candidates of a rung have been told, the best of them
 * go on to the next. One bracket follows the other, so what is decided does not depend on how many
 * workers there are or which of them is faster.
 */
final class SynchronousHalving extends Halving {

  /**
   * All there is to know of a scheduler between two calls.
   *
   * @param bracket number of the open bracket
   * @param rung the rung being trained
   * @param begun how many candidates were begun in all
   * @param queue candidates that were promoted to the rung and are not in training yet
   * @param training candidates in training to the rung
   * @param results what the others showed there
   */
  private record State(
      int bracket,
      int rung,
      int begun,
      List<Integer> queue,
      List<Training> training,
      List<RungResult> results) {}

  private final Deque<Integer> queue;
  private int bracket;
  private int rung;

  /** Starts a scheduler, or continues it from its {@link #state}. */
  public SynchronousHalving(FidelitySettings settings, Optional<String> state) {
    this(
        settings,
        state
            .map(json -> read(json, State.class))
            .orElse(new State(0, settings.firstRung(0), 0, List.of(), List.of(), List.of())));
  }

  private SynchronousHalving(FidelitySettings settings, State before) {
    super(settings, before.begun(), before.training(), before.results());
    bracket = before.bracket();
    rung = before.rung();
    queue = new ArrayDeque<>(before.queue());
  }

  @Override
  public Decision ask(boolean fresh) {
    while (rungDecided()) {
      if (closed() && results().isEmpty()) {
        return new Decision.Done();
      }
      advance();
    }
    if (!queue.isEmpty()) {
      return promote(queue.remove(), rung);
    }
    return fresh && freshRung().isPresent() ? begin(rung) : new Decision.Wait();
  }

  @Override
  public OptionalInt freshRung() {
    boolean room =
        !closed() && rung == settings().firstRung(bracket) && there() < settings().width(bracket);
    return room ? OptionalInt.of(rung) : OptionalInt.empty();
  }

  /** Returns how many candidates of the bracket are at the rung or on their way there. */
  private int there() {
    return queue.size() + training().size() + results().size();
  }

  private boolean rungDecided() {
    return queue.isEmpty() && training().isEmpty() && freshRung().isEmpty();
  }

  private void advance() {
    List<RungResult> order = Promotion.order(results());
    int all = results().size();
    int promoted = settings().promoted(all);
    results().clear();
    if (rung == settings().top() || order.isEmpty()) {
      bracket++;
      rung = settings().firstRung(bracket);
    } else {
      rung++;
      order.stream().limit(promoted).forEach(result -> queue.add(result.candidate()));
      order.stream().skip(promoted).forEach(result -> leaveOut(result, order, all));
    }
  }

  @Override
  public boolean undecided(int candidate) {
    return queue.contains(candidate)
        || training().stream().anyMatch(one -> one.candidate() == candidate)
        || results().stream().anyMatch(one -> one.candidate() == candidate);
  }

  @Override
  public int[] toCome(int fresh) {
    int[] trainings = new int[settings().rungs()];
    trainings[rung] = queue.size();
    int there = there() + fresh;
    for (int above = rung + 1; above < trainings.length; above++) {
      there = settings().promoted(there);
      trainings[above] = there;
    }
    return trainings;
  }

  @Override
  public String state() {
    return write(new State(bracket, rung, begun(), List.copyOf(queue), training(), results()));
  }
}
