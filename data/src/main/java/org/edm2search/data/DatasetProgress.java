package org.edm2search.data;

/** Told how far a data set has been read through. */
public interface DatasetProgress {

  /** Tells nobody. */
  DatasetProgress NONE = (what, done, total) -> {};

  /**
   * Something went on.
   *
   * @param what is done, such as {@code checking}
   * @param done of the total
   * @param total images or bytes
   */
  void at(String what, long done, long total);
}
