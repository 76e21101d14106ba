package org.edm2search.cli.command;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.edm2search.cli.output.Console;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Ctrl-C, SIGTERM and the end of the terminal as a request. A shutdown hook would come too late: by
 * then the store and the native libraries are closing themselves. The second signal ends the
 * process, and those it started, at once.
 */
final class Interruption {

  /** The shell's exit codes for a process ended by a signal. */
  private static final int SIGNALLED = 128;

  private final AtomicReference<Signal> received = new AtomicReference<>();
  private final Map<Signal, SignalHandler> before = new ConcurrentHashMap<>();

  private Interruption() {}

  /**
   * Begins to listen.
   *
   * @param stop called on the first signal, on a thread of its own
   */
  static Interruption handle(Console console, Runnable stop) {
    Interruption interruption = new Interruption();
    for (String name : new String[] {"INT", "TERM", "HUP"}) {
      Signal handled = new Signal(name);
      interruption.before.put(
          handled,
          Signal.handle(
              handled,
              signal -> {
                if (interruption.received.getAndSet(signal) != null) {
                  ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
                  Runtime.getRuntime().halt(SIGNALLED + signal.getNumber());
                }
                console.remark(
                    "%n%s: saving a checkpoint ... (again to end at once)", words(signal));
                stop.run();
              }));
    }
    return interruption;
  }

  /** Lets signals do again what they did before. */
  void end() {
    before.forEach(Signal::handle);
  }

  private static String words(Signal signal) {
    return switch (signal.getName()) {
      case "INT" -> "interrupted";
      case "HUP" -> "the terminal is gone";
      default -> "asked to end";
    };
  }

  /** Returns whether a signal came. */
  boolean received() {
    return received.get() != null;
  }

  /** Returns the exit code: that of the signal, or the given one without a signal. */
  int exitCode(int otherwise) {
    Signal signal = received.get();
    return signal == null ? otherwise : SIGNALLED + signal.getNumber();
  }
}
