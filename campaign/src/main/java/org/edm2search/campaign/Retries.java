package org.edm2search.campaign;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** How often trials were tried again in this run, and when their next attempts are due. */
final class Retries {

  private static final int MOST_DOUBLINGS = 10;

  private final int most;
  private final Duration pause;
  private final Clock clock;
  private final Map<Integer, Integer> used = new HashMap<>();
  private final Map<Integer, Instant> due = new HashMap<>();

  Retries(ExecutorSettings settings, Clock clock) {
    this.most = settings.retries();
    this.pause = settings.pause();
    this.clock = clock;
  }

  /** Grants another attempt after a pause that doubles each time, if there is one left. */
  boolean grant(int trial) {
    int before = used.getOrDefault(trial, 0);
    if (before == most) {
      return false;
    }
    used.put(trial, before + 1);
    due.put(
        trial, clock.instant().plus(pause.multipliedBy(1L << Math.min(before, MOST_DOUBLINGS))));
    return true;
  }

  int used(int trial) {
    return used.getOrDefault(trial, 0);
  }

  /** Returns how long a trial has to wait for its next attempt, zero or less if it need not. */
  Duration untilDue(int trial) {
    Instant at = due.get(trial);
    return at == null ? Duration.ZERO : Duration.between(clock.instant(), at);
  }
}
