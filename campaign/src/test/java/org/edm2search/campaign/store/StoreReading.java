package org.edm2search.campaign.store;

import java.nio.file.Path;
import org.edm2search.campaign.trial.TrialState;

/** A process of its own that reads a store. */
final class StoreReading {

  private StoreReading() {}

  /**
   * Arguments: the file; then {@code follow} to print each state of trial 0 until it is finished,
   * or {@code hold} to print it once and keep the store open.
   */
  public static void main(String[] arguments) throws InterruptedException {
    try (TrialReader reader = H2TrialStore.read(Path.of(arguments[0]))) {
      TrialState state = print(reader);
      long revision = reader.revision();
      while (arguments[1].equals("hold") || !state.finished()) {
        Thread.sleep(20);
        if (reader.revision() != revision) {
          revision = reader.revision();
          state = print(reader);
        }
      }
    }
  }

  private static TrialState print(TrialReader reader) {
    TrialState state = reader.trial(0).orElseThrow().state();
    System.out.println(state);
    return state;
  }
}
