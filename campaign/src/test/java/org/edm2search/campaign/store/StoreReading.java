package org.edm2search.campaign.store;

import java.nio.file.Path;
import org.edm2search.campaign.trial.TrialState;

/** A process of its own that reads a store. */
final class StoreReading {

  private StoreReading() {}

  /**
   * Arguments: the file; then {@code follow} to print each new state of trial 0 until it is
   * finished, or {@code hold} to do so and keep the store open.
   */
  public static void main(String[] arguments) throws InterruptedException {
    try (TrialReader reader = H2TrialStore.read(Path.of(arguments[0]))) {
      long seen = -1;
      TrialState last = null;
      while (arguments[1].equals("hold") || last == null || !last.finished()) {
        // The revision before the state: a write between the two is seen once more, never missed.
        long revision = reader.revision();
        if (revision != seen) {
          seen = revision;
          TrialState state = reader.trial(0).orElseThrow().state();
          if (state != last) {
            System.out.println(state);
            last = state;
          }
        }
        Thread.sleep(20);
      }
    }
  }
}
