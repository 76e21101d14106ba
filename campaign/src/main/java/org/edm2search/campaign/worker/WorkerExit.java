package org.edm2search.campaign.worker;

import java.util.Map;

/**
 * How a worker process ended.
 *
 * @param code exit code; above 128 for a signal, as in shells
 */
record WorkerExit(int code) {

  private static final int SIGNALLED = 128;

  /** What the JVM ends with under {@code -XX:+ExitOnOutOfMemoryError}. */
  private static final int OUT_OF_HEAP = 3;

  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;

  private static final Map<Integer, String> SIGNALS =
      Map.of(
          1,
          "SIGHUP",
          SIGINT,
          "SIGINT",
          4,
          "SIGILL",
          6,
          "SIGABRT, a crash",
          7,
          "SIGBUS",
          8,
          "SIGFPE",
          9,
          "SIGKILL, by the system if memory ran out",
          11,
          "SIGSEGV",
          SIGTERM,
          "SIGTERM");

  /** Returns whether somebody asked the process to end, which is not its trial's fault. */
  boolean asked() {
    return code == SIGNALLED + SIGINT || code == SIGNALLED + SIGTERM;
  }

  boolean signalled() {
    return code > SIGNALLED;
  }

  String words() {
    String cause =
        signalled()
            ? SIGNALS.getOrDefault(code - SIGNALLED, "signal " + (code - SIGNALLED))
            : code == OUT_OF_HEAP ? "OutOfMemoryError: raise executor.memory" : "";
    return cause.isEmpty()
        ? "ended with exit code " + code
        : "ended with %s (exit %d)".formatted(cause, code);
  }
}
