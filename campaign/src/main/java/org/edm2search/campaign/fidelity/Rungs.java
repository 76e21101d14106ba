package org.edm2search.campaign.fidelity;

import java.util.ArrayList;
import java.util.List;

/**
 * The amounts of training at which candidates are compared.
 *
 * @param flops training multiply-adds a candidate has had in all when it reaches each rung,
 *     ascending; the last is the whole training
 */
public record Rungs(List<Long> flops) {

  public Rungs {
    flops = List.copyOf(flops);
    long below = 0;
    for (long amount : flops) {
      if (amount <= below) {
        throw new IllegalArgumentException(
            "rungs must ascend from above 0, but are " + String.join(", ", texts(flops)));
      }
      below = amount;
    }
    if (flops.isEmpty()) {
      throw new IllegalArgumentException("there must be at least one rung");
    }
  }

  private static List<String> texts(List<Long> flops) {
    return flops.stream().map(String::valueOf).toList();
  }

  /**
   * Returns rungs that grow by a factor up to the whole training.
   *
   * @param top multiply-adds of the whole training
   * @throws IllegalArgumentException if the lowest rung would be empty
   */
  public static Rungs of(long top, int count, int factor) {
    List<Long> flops = new ArrayList<>();
    long amount = top;
    for (int rung = 0; rung < count; rung++) {
      flops.add(0, amount);
      amount /= factor;
    }
    return new Rungs(flops);
  }

  /** Returns how many there are. */
  public int count() {
    return flops.size();
  }

  /** Returns the index of the whole training. */
  public int top() {
    return flops.size() - 1;
  }

  /** Returns the multiply-adds from one rung up to another; from −1 means from the start. */
  public long between(int from, int to) {
    return flops.get(to) - (from < 0 ? 0 : flops.get(from));
  }
}
