package org.edm2search.campaign.worker;

import java.util.Map;
import org.edm2search.campaign.trial.FailureKind;

/**
 * How a worker process ended.
 *
 * @param code exit code; above 128 for a signal, as in shells
 */
record WorkerExit(int code) {

  private static final int SIGNALLED = 128;

  /** What the JVM ends with under {@code -XX:+ExitOnOutOfMemoryError}. */
  private static final int OUT_OF_HEAP = 3;

  private static final int SIGHUP = 1;
  private static final int SIGINT = 2;
  private static final int SIGKILL = 9;
  private static final int SIGTERM = 15;

  private static final Map<Integer, String> SIGNALS =
      Map.of(
          SIGHUP,
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
          SIGKILL,
          "SIGKILL, sent by somebody or, if memory ran out, by the system; fewer executor.workers or a"
              + " smaller training.micro_batch need less",
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

  /** Returns what that makes of a trial's attempt. */
  FailureKind kind() {
    if (code == OUT_OF_HEAP) {
      return FailureKind.OUT_OF_MEMORY;
    }
    int signal = code - SIGNALLED;
    boolean sent = asked() || signal == SIGKILL || signal == SIGHUP;
    return sent ? FailureKind.KILLED : FailureKind.CRASHED;
  }

  String words() {
    String cause =
        signalled()
            ? SIGNALS.getOrDefault(code - SIGNALLED, "signal " + (code - SIGNALLED))
            : code == OUT_OF_HEAP
                ? "OutOfMemoryError: where the log says Java heap space, raise executor.memory"
                : "";
    return cause.isEmpty()
        ? "ended with exit code " + code
        : "ended with %s (exit %d)".formatted(cause, code);
  }
}
