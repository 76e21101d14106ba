package org.edm2search.campaign.fidelity;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asynchronous successive halving (ASHA, Li et al. 1810.05934): whoever is free trains the best
 * candidate that belongs to the upper 1/factor of its rung as it stands, the highest rung first, or
 * else a fresh one. No worker waits for another; so what is decided depends on who ends first.
 */
public final class AsynchronousHalving implements HalvingScheduler {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** A candidate on its way to a rung. */
  private record Training(int candidate, int rung) {}

  /**
   * All there is to know of a scheduler between two calls.
   *
   * @param begun how many candidates were begun in all
   * @param closed whether no further one comes
   * @param training who is in training, and to which rung
   * @param promoted who has left each rung for the next
   * @param results everything told
   */
  private record State(
      int begun,
      boolean closed,
      List<Training> training,
      List<Training> promoted,
      List<RungResult> results) {}

  private final FidelitySettings settings;
  private final List<Training> training;
  private final List<Training> promoted;
  private final List<RungResult> results;
  private int begun;
  private boolean closed;

  /** Starts a scheduler, or continues it from its {@link #state}. */
  public AsynchronousHalving(FidelitySettings settings, Optional<String> state) {
    this.settings = settings;
    State before =
        state
            .map(json -> MAPPER.readValue(json, State.class))
            .orElse(new State(0, false, List.of(), List.of(), List.of()));
    begun = before.begun();
    closed = before.closed();
    training = new ArrayList<>(before.training());
    promoted = new ArrayList<>(before.promoted());
    results = new ArrayList<>(before.results());
  }

  @Override
  public Decision ask(boolean fresh) {
    for (int rung = settings.rungs() - 2; rung >= 0; rung--) {
      Optional<Integer> next = promotable(rung);
      if (next.isPresent()) {
        promoted.add(new Training(next.get(), rung));
        training.add(new Training(next.get(), rung + 1));
        return new Decision.Train(next.get(), rung + 1, false);
      }
    }
    if (fresh && !closed) {
      training.add(new Training(begun, 0));
      return new Decision.Train(begun++, 0, true);
    }
    return closed && training.isEmpty() ? new Decision.Done() : new Decision.Wait();
  }

  private Optional<Integer> promotable(int rung) {
    List<RungResult> there = results.stream().filter(result -> result.rung() == rung).toList();
    return Promotion.order(there).stream()
        .limit(there.size() / settings.factor())
        .map(RungResult::candidate)
        .filter(candidate -> !promoted.contains(new Training(candidate, rung)))
        .findFirst();
  }

  @Override
  public void tell(RungResult result) {
    if (!training.remove(new Training(result.candidate(), result.rung()))) {
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
            begun, closed, List.copyOf(training), List.copyOf(promoted), List.copyOf(results)));
  }
}
