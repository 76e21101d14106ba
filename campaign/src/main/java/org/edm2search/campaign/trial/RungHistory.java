package org.edm2search.campaign.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A trial's way through the rungs.
 *
 * @param goal the rung it is to be trained to next; empty for one that is trained at a stretch
 * @param reached its losses at the rungs it has been at, lowest first
 * @param turn its place among the trials in the order of their ends, from 0, in a search that
 *     learns in that order
 */
public record RungHistory(OptionalInt goal, List<RungLoss> reached, OptionalInt turn) {

  /** Of a trial that is trained at a stretch. */
  public static final RungHistory NONE =
      new RungHistory(OptionalInt.empty(), List.of(), OptionalInt.empty());

  public RungHistory {
    reached = List.copyOf(reached);
    for (int i = 1; i < reached.size(); i++) {
      if (reached.get(i).rung() <= reached.get(i - 1).rung()) {
        throw new IllegalArgumentException("rungs are reached from below, each once");
      }
    }
  }

  /** Returns the history of a trial that is to be trained to a rung. */
  public static RungHistory toward(int goal) {
    return NONE.on(goal);
  }

  /** Returns this history of a trial that is trained on to a rung. */
  public RungHistory on(int next) {
    return new RungHistory(OptionalInt.of(next), reached, turn);
  }

  /** Returns this history with the loss at a further rung. */
  public RungHistory with(RungLoss loss) {
    List<RungLoss> all = new ArrayList<>(reached);
    all.removeIf(before -> before.rung() == loss.rung());
    all.add(loss);
    return new RungHistory(goal, all, turn);
  }

  /** Returns this history without the loss at the goal, which is to be measured anew. */
  RungHistory again() {
    return atGoal().isEmpty()
        ? this
        : new RungHistory(goal, reached.subList(0, reached.size() - 1), turn);
  }

  /** Returns this history of a trial that had its end at a turn; the first turn stays. */
  public RungHistory at(int otherwise) {
    return turn.isPresent() ? this : new RungHistory(goal, reached, OptionalInt.of(otherwise));
  }

  /** Returns the loss at the highest rung reached. */
  public Optional<RungLoss> last() {
    return reached.isEmpty() ? Optional.empty() : Optional.of(reached.get(reached.size() - 1));
  }

  /** Returns the loss at the rung it was to be trained to, once it is there. */
  public Optional<RungLoss> atGoal() {
    return last().filter(loss -> goal.isPresent() && loss.rung() == goal.getAsInt());
  }
}
