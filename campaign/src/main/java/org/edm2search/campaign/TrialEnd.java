package org.edm2search.campaign;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.RungLoss;
import org.edm2search.space.base.Edm2SearchException;

/** How a trial ended in its executor. */
public sealed interface TrialEnd {

  /** Longest reason that is kept, characters. */
  int LONGEST_REASON = 500;

  /** Returns the trial's number. */
  int trial();

  /**
   * The objective gave its numbers.
   *
   * @param loss held-out loss of the whole training, where the campaign has rungs
   */
  record Measured(int trial, Measurement measurement, Optional<RungLoss> loss) implements TrialEnd {
    public Measured {
      Objects.requireNonNull(measurement, "measurement");
      Objects.requireNonNull(loss, "loss");
    }
  }

  /** The candidate was trained to a rung below the whole training. */
  record Screened(int trial, RungLoss loss) implements TrialEnd {
    public Screened {
      Objects.requireNonNull(loss, "loss");
    }
  }

  /** An error ended the attempt. */
  record Failed(int trial, FailureKind kind, String reason) implements TrialEnd {
    public Failed {
      Objects.requireNonNull(kind, "kind");
      reason = oneLine(reason);
    }

    /** Names the error where its message alone would not do. */
    public static Failed of(int trial, Throwable error) {
      String message = error.getMessage() == null ? "" : error.getMessage().strip();
      return new Failed(
          trial,
          kind(error),
          error instanceof Edm2SearchException && !message.isEmpty()
              ? message
              : error.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + message));
    }

    private static FailureKind kind(Throwable error) {
      if (error instanceof TrialFailedException known) {
        return known.kind();
      }
      for (Throwable cause = error; cause != null; cause = cause.getCause()) {
        if (cause instanceof OutOfMemoryError) {
          return FailureKind.OUT_OF_MEMORY;
        }
        if (cause instanceof IOException) {
          return FailureKind.INPUT_OUTPUT;
        }
      }
      return FailureKind.INVALID;
    }
  }

  /** The objective saved its work, because it was asked to; the trial is to be run again. */
  record Stopped(int trial) implements TrialEnd {}

  /** Returns a reason as it is kept: in one line, not too long. */
  static String oneLine(String reason) {
    String line = reason.replaceAll("\\s*\\R\\s*", "; ");
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON - 3) + "...";
  }
}
