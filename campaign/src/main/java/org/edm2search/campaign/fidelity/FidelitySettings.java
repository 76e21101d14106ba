package org.edm2search.campaign.fidelity;

import java.util.Locale;
import java.util.Objects;
import org.edm2search.space.yaml.Section;

/**
 * The {@code fidelity} section of a campaign.
 *
 * @param mode whether a rung is decided when it is complete, or at any time by what is there
 * @param rungs amounts of training at which candidates are compared; 1 trains all of them fully
 * @param factor how much more training the next rung is, and how many share one promotion
 * @param width fresh candidates of a bracket that begins at the lowest rung
 * @param brackets how many rungs brackets begin at in turn: 1 is successive halving, {@code rungs}
 *     is Hyperband
 */
public record FidelitySettings(Mode mode, int rungs, int factor, int width, int brackets) {

  /** When a rung is decided. */
  public enum Mode {
    /** When all of a bracket are there (Jamieson and Talwalkar 1502.07943): reproducible. */
    SYNCHRONOUS,
    /** Whenever somebody is free, among those there (ASHA, Li et al. 1810.05934). */
    ASYNCHRONOUS;

    /** Returns the name in YAML. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int MOST_RUNGS = 8;
  private static final int MOST_FACTOR = 16;
  private static final int MOST_WIDTH = 10_000;

  public FidelitySettings {
    Objects.requireNonNull(mode, "mode");
    require("rungs", rungs, 1, MOST_RUNGS);
    require("factor", factor, 2, MOST_FACTOR);
    require("width", width, 1, MOST_WIDTH);
    require("brackets", brackets, 1, mode == Mode.ASYNCHRONOUS ? 1 : rungs);
  }

  private static void require(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s: must be between %d and %d, but is %d".formatted(key, least, most, value));
    }
  }

  /** Returns successive halving whose bracket leaves one candidate at the top. */
  public static FidelitySettings of(Mode mode, int rungs, int factor) {
    return new FidelitySettings(mode, rungs, factor, width(rungs, factor), 1);
  }

  private static int width(int rungs, int factor) {
    return (int) Math.min(MOST_WIDTH, Math.round(Math.pow(factor, rungs - 1)));
  }

  /** Reads the section and rejects unknown keys. */
  public static FidelitySettings read(Section section) {
    Mode mode = section.choice("mode", Mode.class, Mode.SYNCHRONOUS);
    int rungs = within(section, "rungs", section.integer("rungs"), 1, MOST_RUNGS);
    int factor = within(section, "factor", section.integer("factor", 3), 2, MOST_FACTOR);
    int width =
        mode == Mode.ASYNCHRONOUS
            ? 1
            : within(
                section, "width", section.integer("width", width(rungs, factor)), 1, MOST_WIDTH);
    int brackets =
        mode == Mode.ASYNCHRONOUS
            ? 1
            : within(section, "brackets", section.integer("brackets", 1), 1, rungs);
    section.rejectUnknown();
    return new FidelitySettings(mode, rungs, factor, width, brackets);
  }

  private static int within(Section section, String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw section.error(
          key, "must be between %d and %d, but is %d".formatted(least, most, value));
    }
    return value;
  }

  /** Returns the rung at which a bracket begins. */
  int firstRung(int bracket) {
    return bracket % brackets;
  }

  /**
   * Returns how many candidates a bracket begins with, so that brackets cost about the same: n =
   * width · rungs / (factor^s · (rungs − s)) for one that begins at rung s.
   */
  int width(int bracket) {
    int first = firstRung(bracket);
    return (int)
        Math.max(
            1, Math.ceil(width * (double) rungs / (Math.pow(factor, first) * (rungs - first))));
  }

  /** Returns how many of a rung's candidates go further; one at least, where there is one. */
  int promoted(int candidates) {
    return Math.min(candidates, Math.max(1, candidates / factor));
  }
}
