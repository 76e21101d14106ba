package org.edm2search.train;

import org.edm2search.space.yaml.Section;

/**
 * How often a training writes files.
 *
 * @param checkpointImages images between checkpoints, which interrupted runs go on from
 * @param snapshotImages images between stored averages, for post-hoc reconstruction; 0 for none
 */
public record SavingIntervals(long checkpointImages, long snapshotImages) {

  /** No file before the end. */
  public static final SavingIntervals NEVER = new SavingIntervals(Long.MAX_VALUE, Long.MAX_VALUE);

  private static final long DEFAULT_IMAGES = 16_384;

  public SavingIntervals {
    if (checkpointImages < 1 || snapshotImages < 0) {
      throw new IllegalArgumentException(
          "intervals must be positive, but are %d and %d images"
              .formatted(checkpointImages, snapshotImages));
    }
  }

  /** Reads the keys of a {@code training} section that are of files. */
  static SavingIntervals read(Section section) {
    return new SavingIntervals(
        positive(section, "checkpoint_images"), positive(section, "snapshot_images"));
  }

  private static long positive(Section section, String key) {
    long value = section.longInteger(key, DEFAULT_IMAGES);
    if (value < 1) {
      throw section.error(key, "must be at least 1 image, but is " + value);
    }
    return value;
  }
}
