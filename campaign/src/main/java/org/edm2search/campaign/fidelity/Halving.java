package org.edm2search.campaign.fidelity;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** What both schedulers keep: who is in training, and what was told. */
abstract sealed class Halving implements HalvingScheduler
    permits SynchronousHalving, AsynchronousHalving {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final FidelitySettings settings;
  private final List<Training> training;
  private final List<RungResult> results;
  private final List<Out> out = new ArrayList<>();
  private int begun;
  private boolean closed;

  /** Starts with what a state holds. */
  Halving(FidelitySettings settings, int begun, List<Training> training, List<RungResult> results) {
    this.settings = settings;
    this.begun = begun;
    this.training = new ArrayList<>(training);
    this.results = new ArrayList<>(results);
  }

  static <S> S read(String json, Class<S> type) {
    return MAPPER.readValue(json, type);
  }

  static String write(Object state) {
    return MAPPER.writeValueAsString(state);
  }

  final FidelitySettings settings() {
    return settings;
  }

  final int begun() {
    return begun;
  }

  final boolean closed() {
    return closed;
  }

  /** Returns what was told and still matters; the scheduler's own to change. */
  final List<RungResult> results() {
    return results;
  }

  final Decision.Train begin(int rung) {
    training.add(new Training(begun, rung));
    return new Decision.Train(begun++, rung, true);
  }

  final Decision.Train promote(int candidate, int rung) {
    training.add(new Training(candidate, rung));
    return new Decision.Train(candidate, rung, false);
  }

  /** Leaves a candidate out by its place among those of its rung. */
  final void leaveOut(RungResult result, List<RungResult> order, int of) {
    out.add(new Out(result.candidate(), result.rung(), order.indexOf(result) + 1, of));
  }

  @Override
  public final List<Out> out() {
    List<Out> since = List.copyOf(out);
    out.clear();
    return since;
  }

  @Override
  public final List<Training> training() {
    return List.copyOf(training);
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
  public final void close() {
    closed = true;
  }
}
