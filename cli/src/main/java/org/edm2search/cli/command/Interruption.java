package org.edm2search.cli.command;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.edm2search.campaign.store.StoreAbandonedException;
import org.edm2search.cli.output.Console;
import org.edm2search.pipeline.worker.Signals;

/**
 * Ctrl-C, SIGTERM and the end of the terminal as a request. A shutdown hook would come too late: by
 * then the store and the native libraries are closing themselves. The second signal ends the
 * process, and those it started, at once.
 */
final class Interruption {

  private final AtomicReference<Signals.Received> received = new AtomicReference<>();

  private final Signals signals;

  private Interruption(Console console, Runnable stop) {
    this.signals =
        Signals.handle(
            signal -> {
              if (received.getAndSet(signal) != null) {
                ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
                Runtime.getRuntime().halt(signal.exitCode());
              }
              console.remark("%n%s: saving a checkpoint ... (again to end at once)", words(signal));
              stop.run();
            });
  }

  /**
   * Begins to listen.
   *
   * @param stop called on the first signal, on a thread of its own
   */
  static Interruption handle(Console console, Runnable stop) {
    return new Interruption(console, stop);
  }

  /**
   * Begins to listen where all that was computed is kept already: the first signal ends the process
   * and says how to go on.
   *
   * @return what gives signals back
   */
  static Signals endAtOnce(Console console) {
    return Signals.handle(
        signal -> {
          console.remark(
              "%n%s; what was scored is kept, and the same command goes on", words(signal));
          Runtime.getRuntime().exit(signal.exitCode());
        });
  }

  /** Lets signals do again what they did before. */
  void end() {
    signals.close();
  }

  private static String words(Signals.Received signal) {
    return switch (signal.name()) {
      case "INT" -> "interrupted";
      case "HUP" -> "the terminal is gone";
      default -> "asked to end";
    };
  }

  /**
   * Runs what a signal may end before it could store what it had.
   *
   * @throws EndedBySignalException if it did
   */
  <T> T watch(Supplier<T> work) {
    try {
      return work.get();
    } catch (StoreAbandonedException e) {
      throw new EndedBySignalException(exitCode(1), e);
    }
  }

  /** Returns whether a signal came. */
  boolean received() {
    return received.get() != null;
  }

  /** Returns the exit code: that of the signal, or the given one without a signal. */
  int exitCode(int otherwise) {
    Signals.Received signal = received.get();
    return signal == null ? otherwise : signal.exitCode();
  }
}
