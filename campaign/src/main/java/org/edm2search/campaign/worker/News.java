package org.edm2search.campaign.worker;

import java.util.Objects;
import java.util.OptionalDouble;
import org.edm2search.campaign.TrialEnd;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.space.LossPoint;

/** What a worker says to its campaign. */
sealed interface News {

  /** What speaks of no trial. */
  int NO_TRIAL = -1;

  /** Returns the trial it speaks of, or {@link #NO_TRIAL}. */
  default int trial() {
    return NO_TRIAL;
  }

  /** It has started up and takes trials. */
  record Ready() implements News {}

  /** It cannot take trials, and ends. */
  record Unable(FailureKind kind, String reason) implements News {
    public Unable {
      Objects.requireNonNull(kind, "kind");
      Wire.requireText("reason", reason);
    }
  }

  /** How far a phase of the trial is; as {@link org.edm2search.campaign.TrialProgress#report}. */
  record Progressed(
      int trial, Phase phase, long done, long total, OptionalDouble loss, double imagesPerSecond)
      implements News {
    public Progressed {
      Wire.requireTrial(trial);
      Objects.requireNonNull(phase, "phase");
      Objects.requireNonNull(loss, "loss");
      if (done < 0 || total < 0) {
        throw new IllegalArgumentException(
            "images must not be negative, but are %d of %d".formatted(done, total));
      }
    }
  }

  /** A point of the loss curve; the worker waits for {@link Order.GoOn}. */
  record Point(int trial, LossPoint point) implements News {
    public Point {
      Wire.requireTrial(trial);
      Objects.requireNonNull(point, "point");
    }
  }

  /** The trial ended, and the worker takes another. */
  record Ended(TrialEnd end) implements News {
    public Ended {
      Wire.requireTrial(end.trial());
    }

    @Override
    public int trial() {
      return end.trial();
    }
  }
}
