package org.edm2search.cli.command;

import java.time.Duration;
import org.edm2search.space.base.Edm2SearchException;

/** Time between two looks at a campaign that another process runs. */
final class Waiting {

  private Waiting() {}

  /** Lets time pass. */
  static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Edm2SearchException("interrupted while waiting for the campaign", e);
    }
  }
}
