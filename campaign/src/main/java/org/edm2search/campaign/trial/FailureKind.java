package org.edm2search.campaign.trial;

import java.util.Locale;

/**
 * Why an attempt at a trial failed. A fault of the candidate would come again, so the trial is
 * finished; a fault of the environment says nothing about the candidate, and the trial is tried
 * again.
 */
public enum FailureKind {
  /** The training loss exploded. */
  DIVERGED(true),
  /** The candidate cannot be trained or scored, for any other reason. */
  INVALID(true),
  /** What it reads is missing or damaged: the data set, features or a checkpoint. */
  DATA(false),
  /** A file cannot be read or written, perhaps because the disk is full. */
  INPUT_OUTPUT(false),
  /** Java heap or native memory ran out. */
  OUT_OF_MEMORY(false),
  /** A signal from outside ended the process: a person, or the system when memory ran out. */
  KILLED(false),
  /** The process crashed in native code, ended by itself or did not start. */
  CRASHED(false),
  /** The process was silent for too long and was ended. */
  TIMED_OUT(false);

  private final boolean ofCandidate;

  FailureKind(boolean ofCandidate) {
    this.ofCandidate = ofCandidate;
  }

  /** Returns this as words of a sentence, such as {@code out of memory}. */
  public String words() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Returns whether the candidate is at fault, so that trying again is no use. */
  public boolean ofCandidate() {
    return ofCandidate;
  }
}
