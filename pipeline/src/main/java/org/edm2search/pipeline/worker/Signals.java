package org.edm2search.pipeline.worker;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * What a terminal and the system ask of a process: Ctrl-C, SIGTERM, and the end of the terminal.
 * Java has no public way to hear of them before its shutdown hooks run.
 */
public final class Signals implements AutoCloseable {

  /** The shell's exit codes for a process ended by a signal. */
  private static final int SIGNALLED = 128;

  private final Map<Signal, SignalHandler> before = new HashMap<>();

  private Signals(SignalHandler handler) {
    for (String name : List.of("INT", "TERM", "HUP")) {
      Signal signal = new Signal(name);
      before.put(signal, Signal.handle(signal, handler));
    }
  }

  /**
   * A signal that came.
   *
   * @param name without SIG, such as INT
   * @param exitCode of a process that it ends
   */
  public record Received(String name, int exitCode) {}

  /** Tells of each signal, on a thread of its own; none of them ends the process any more. */
  public static Signals handle(Consumer<Received> handler) {
    return new Signals(
        signal -> handler.accept(new Received(signal.getName(), SIGNALLED + signal.getNumber())));
  }

  /** Ignores them all. */
  static Signals ignore() {
    return new Signals(SignalHandler.SIG_IGN);
  }

  /** Lets signals do again what they did before. */
  @Override
  public void close() {
    before.forEach(Signal::handle);
  }
}
