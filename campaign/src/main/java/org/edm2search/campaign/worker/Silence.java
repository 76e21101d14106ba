package org.edm2search.campaign.worker;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a worker that has a trial reported nothing. Only time in which the campaign itself was
 * running counts: after both were suspended, a worker is not held to have been silent. Until it
 * said that it is ready, a worker has the time that starting takes on a busy machine, whatever the
 * limit is for one that trains.
 */
final class Silence {

  /** Looked at more often than this; a longer gap is the campaign's own. */
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);

  /** Loads native libraries and the data set, perhaps over a slow network. */
  private static final Duration TO_START = Duration.ofMinutes(5);

  /** A worker that was asked to stop needs a step and a checkpoint, not more. */
  private static final Duration AFTER_STOP = Duration.ofMinutes(1);

  private final Duration limit;
  private Duration length = Duration.ZERO;
  private boolean starting;
  private boolean stopping;
  private boolean warned;

  /**
   * Begins with nothing said.
   *
   * @param limit for a worker that is ready
   * @param starting whether the worker has yet to say that it is
   */
  Silence(Duration limit, boolean starting) {
    this.limit = limit;
    this.starting = starting;
  }

  /** A worker begins to start. */
  void starting() {
    starting = true;
    broken();
  }

  /** The worker has started up. */
  void ready() {
    starting = false;
    broken();
  }

  void broken() {
    length = Duration.ZERO;
    warned = false;
  }

  /** The worker was asked to stop. */
  void stopping() {
    stopping = true;
    broken();
  }

  void passed(Duration time) {
    length = length.plus(time.compareTo(LONGEST_LOOK) < 0 ? time : LONGEST_LOOK);
  }

  Duration length() {
    return length;
  }

  Duration limit() {
    if (stopping) {
      return limit.compareTo(AFTER_STOP) > 0 ? AFTER_STOP : limit;
    }
    return starting && limit.compareTo(TO_START) < 0 ? TO_START : limit;
  }

  boolean tooLong() {
    return length.compareTo(limit()) >= 0;
  }

  /** Returns the length, once, when half of the limit has passed. */
  Optional<Duration> warning() {
    if (warned || length.compareTo(limit().dividedBy(2)) < 0) {
      return Optional.empty();
    }
    warned = true;
    return Optional.of(length);
  }
}
