package org.edm2search.campaign.fidelity;

import java.util.Locale;
import java.util.Objects;
import org.edm2search.space.yaml.Section;

/**
 * The {@code fidelity} section of a campaign, with its {@code search.mode}.
 *
 * @param mode whether a rung is decided when it is complete, or at any time by what is there
 * @param rungs amounts of training at which candidates are compared; 1 trains all of them fully
 * @param factor how much more training the next rung is, and how many share one promotion
 * @param width fresh candidates of a bracket that begins at the lowest rung
 * @param brackets how many rungs brackets begin at in turn: 1 is successive halving, {@code rungs}
 *     is Hyperband
 * @param lossImages noisy images of a held-out loss, a multiple of {@value #NOISE_BINS}
 */
public record FidelitySettings(
    Mode mode, int rungs, int factor, int width, int brackets, int lossImages) {

  /** When a rung is decided, and in which order a strategy learns. */
  public enum Mode {
    /**
     * A rung when all of a bracket are there (Jamieson and Talwalkar 1502.07943); a strategy in the
     * order of proposals.
     */
    REPRODUCIBLE,
    /**
     * A rung whenever somebody is free, among those there (ASHA, Li et al. 1810.05934); a strategy
     * in the order of ends.
     */
    ASYNCHRONOUS;

    /** Returns the name in YAML. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Bins of noise levels that a held-out loss has the same number of images in. */
  public static final int NOISE_BINS = 8;

  private static final int DEFAULT_FACTOR = 3;
  private static final int DEFAULT_LOSS_IMAGES = 2048;
  private static final int MOST_RUNGS = 8;
  private static final int MOST_FACTOR = 16;
  private static final int MOST_WIDTH = 10_000;
  private static final int MOST_LOSS_IMAGES = 65_536;

  public FidelitySettings {
    Objects.requireNonNull(mode, "mode");
    require("rungs", rungs, 1, MOST_RUNGS);
    require("factor", factor, 2, MOST_FACTOR);
    require("width", width, 1, MOST_WIDTH);
    require("brackets", brackets, 1, mode == Mode.ASYNCHRONOUS ? 1 : rungs);
    require("lossImages", lossImages, 2 * NOISE_BINS, MOST_LOSS_IMAGES);
    if (lossImages % NOISE_BINS != 0) {
      throw new IllegalArgumentException("lossImages: " + multiple(lossImages));
    }
  }

  private static void require(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(key + ": " + bounds(value, least, most));
    }
  }

  private static String bounds(int value, int least, int most) {
    return "must be between %d and %d, but is %d".formatted(least, most, value);
  }

  private static String multiple(int value) {
    return "must be a multiple of %d, the number of noise bins, but is %d"
        .formatted(NOISE_BINS, value);
  }

  /** Returns successive halving whose bracket leaves one candidate at the top. */
  public static FidelitySettings of(Mode mode, int rungs, int factor) {
    return new FidelitySettings(mode, rungs, factor, width(rungs, factor), 1, DEFAULT_LOSS_IMAGES);
  }

  /** Returns a search in order of ends that trains everyone fully. */
  public static FidelitySettings withoutRungs() {
    return of(Mode.ASYNCHRONOUS, 1, DEFAULT_FACTOR);
  }

  private static int width(int rungs, int factor) {
    return (int) Math.min(MOST_WIDTH, Math.round(Math.pow(factor, rungs - 1)));
  }

  /** Reads the section and rejects unknown keys; those that the mode does not use are unknown. */
  public static FidelitySettings read(Section section, Mode mode) {
    int rungs = within(section, "rungs", section.integer("rungs"), 1, MOST_RUNGS);
    int factor =
        within(section, "factor", section.integer("factor", DEFAULT_FACTOR), 2, MOST_FACTOR);
    int width = 1;
    int brackets = 1;
    if (mode == Mode.REPRODUCIBLE) {
      width =
          within(section, "width", section.integer("width", width(rungs, factor)), 1, MOST_WIDTH);
      brackets = within(section, "brackets", section.integer("brackets", 1), 1, rungs);
    }
    int lossImages =
        within(
            section,
            "loss_images",
            section.integer("loss_images", DEFAULT_LOSS_IMAGES),
            2 * NOISE_BINS,
            MOST_LOSS_IMAGES);
    if (lossImages % NOISE_BINS != 0) {
      throw section.error("loss_images", multiple(lossImages));
    }
    section.rejectUnknown();
    return new FidelitySettings(mode, rungs, factor, width, brackets, lossImages);
  }

  private static int within(Section section, String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw section.error(key, bounds(value, least, most));
    }
    return value;
  }

  /** Returns the index of the whole training. */
  public int top() {
    return rungs - 1;
  }

  /** Returns the share of the whole training at which a rung lies. */
  public double share(int rung) {
    return Math.pow(factor, rung - top());
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

  /**
   * Returns how much a search of so many candidates trains, if none fails, in whole trainings: a
   * candidate that goes on is trained further only.
   */
  public double wholeTrainings(int candidates) {
    double sum = 0;
    int left = candidates;
    for (int bracket = 0; left > 0; bracket++) {
      int there = mode == Mode.ASYNCHRONOUS ? left : Math.min(left, width(bracket));
      left -= there;
      int first = firstRung(bracket);
      for (int rung = first; rung < rungs; rung++) {
        sum += there * (share(rung) - (rung == first ? 0 : share(rung - 1)));
        there = promoted(there);
      }
    }
    return sum;
  }

  /** Returns how many trainings to each rung a search of so many candidates has, if none fails. */
  public long[] trainings(int candidates) {
    long[] trainings = new long[rungs];
    int left = candidates;
    for (int bracket = 0; left > 0; bracket++) {
      int there = mode == Mode.ASYNCHRONOUS ? left : Math.min(left, width(bracket));
      left -= there;
      for (int rung = firstRung(bracket); rung < rungs; rung++) {
        trainings[rung] += there;
        there = promoted(there);
      }
    }
    return trainings;
  }
}
