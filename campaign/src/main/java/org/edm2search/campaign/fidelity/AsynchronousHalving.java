package org.edm2search.campaign.fidelity;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Asynchronous successive halving (ASHA, Li et al. 1810.05934): whoever is free trains the best
 * candidate that belongs to the upper 1/factor of its rung as it stands, the highest rung first, or
 * else a fresh one. No worker waits for another; so what is decided depends on who ends first.
 *
 * <p>Unlike the paper's, a rung never promotes more than 1/factor of its candidates, though better
 * ones come later: what a search costs is known beforehand. When no fresh candidates come and
 * nobody was trained to the top, the best of the highest rung goes on.
 */
public final class AsynchronousHalving extends Halving {

  /**
   * All there is to know of a scheduler between two calls.
   *
   * @param begun how many candidates were begun in all
   * @param training who is in training, and to which rung
   * @param promoted who has left each rung for the next
   * @param dropped who is not trained further
   * @param results everything told
   */
  public record State(
      int begun,
      List<Training> training,
      List<Training> promoted,
      List<Integer> dropped,
      List<RungResult> results) {

    public State {
      training = List.copyOf(training);
      promoted = List.copyOf(promoted);
      dropped = List.copyOf(dropped);
      results = List.copyOf(results);
    }
  }

  private static final Comparator<Training> ORDER =
      Comparator.comparingInt(Training::rung).thenComparingInt(Training::candidate);

  private final Set<Training> promoted;
  private final Set<Integer> dropped;

  /** Starts a scheduler, or continues it from its {@link #state}. */
  public AsynchronousHalving(FidelitySettings settings, Optional<String> state) {
    this(
        settings,
        state
            .map(json -> read(json, State.class))
            .orElse(new State(0, List.of(), List.of(), List.of(), List.of())));
  }

  /** Continues a scheduler. */
  public AsynchronousHalving(FidelitySettings settings, State before) {
    super(settings, before.begun(), before.training(), before.results());
    promoted = new HashSet<>(before.promoted());
    dropped = new HashSet<>(before.dropped());
  }

  @Override
  public Decision ask(boolean fresh) {
    for (int rung = settings().top() - 1; rung >= 0; rung--) {
      int room = at(rung).size() / settings().factor() - leftFrom(rung);
      Optional<RungResult> next = room > 0 ? best(rung) : Optional.empty();
      if (next.isPresent()) {
        return promote(next.get());
      }
    }
    if (fresh && freshRung().isPresent()) {
      return begin(0);
    }
    if (!closed() || !training().isEmpty()) {
      return new Decision.Wait();
    }
    return lastToTheTop().<Decision>map(this::promote).orElseGet(this::end);
  }

  private Decision promote(RungResult result) {
    promoted.add(new Training(result.candidate(), result.rung()));
    return promote(result.candidate(), result.rung() + 1);
  }

  private List<RungResult> at(int rung) {
    return results().stream().filter(result -> result.rung() == rung).toList();
  }

  private int leftFrom(int rung) {
    return (int) promoted.stream().filter(one -> one.rung() == rung).count();
  }

  /** The best of a rung that may still be promoted. */
  private Optional<RungResult> best(int rung) {
    return Promotion.order(at(rung)).stream().filter(this::waits).findFirst();
  }

  private boolean waits(RungResult result) {
    return !promoted.contains(new Training(result.candidate(), result.rung()))
        && !dropped.contains(result.candidate());
  }

  private Optional<RungResult> lastToTheTop() {
    if (!at(settings().top()).isEmpty()) {
      return Optional.empty();
    }
    for (int rung = settings().top() - 1; rung >= 0; rung--) {
      Optional<RungResult> best = best(rung);
      if (best.isPresent()) {
        return best;
      }
    }
    return Optional.empty();
  }

  private Decision end() {
    for (int rung = 0; rung < settings().top(); rung++) {
      List<RungResult> all = at(rung);
      List<RungResult> order = Promotion.order(all);
      for (RungResult result : order) {
        if (waits(result)) {
          dropped.add(result.candidate());
          leaveOut(result, order, all.size());
        }
      }
    }
    return new Decision.Done();
  }

  @Override
  public OptionalInt freshRung() {
    return closed() ? OptionalInt.empty() : OptionalInt.of(0);
  }

  @Override
  public boolean undecided(int candidate) {
    return !dropped.contains(candidate);
  }

  @Override
  public int[] toCome(int fresh) {
    int[] trainings = new int[settings().rungs()];
    int arriving = fresh;
    for (int rung = 0; rung < settings().top(); rung++) {
      int there = arriving + at(rung).size() + inTraining(rung);
      arriving = Math.max(0, there / settings().factor() - leftFrom(rung));
      trainings[rung + 1] = arriving;
    }
    boolean somebodyAtTheTop =
        arriving + at(settings().top()).size() + inTraining(settings().top()) > 0;
    for (int rung = 1; rung < trainings.length && !somebodyAtTheTop; rung++) {
      trainings[rung] = Math.max(1, trainings[rung]);
    }
    return trainings;
  }

  private int inTraining(int rung) {
    return (int) training().stream().filter(one -> one.rung() == rung).count();
  }

  @Override
  public String state() {
    return write(
        new State(
            begun(),
            training(),
            promoted.stream().sorted(ORDER).toList(),
            dropped.stream().sorted().toList(),
            results()));
  }
}
