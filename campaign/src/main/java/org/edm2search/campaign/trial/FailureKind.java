package org.edm2search.campaign.trial;

import java.util.Locale;

/**
 * Why an attempt at a trial has no outcome. A fault of the candidate would come again, so the trial
 * is finished; a fault of the environment says nothing about the candidate, and the trial is tried
 * again; what a person cancelled waits for that person's word.
 */
public enum FailureKind {
  /** The training loss exploded. */
  DIVERGED(Rule.FINISH),
  /** The network cannot be built, or the training budget buys none of it. */
  INFEASIBLE(Rule.FINISH),
  /** The candidate cannot be trained or scored, for any other reason. */
  INVALID(Rule.FINISH),
  /** What it reads is missing or damaged: the data set, features or a checkpoint. */
  DATA(Rule.AGAIN),
  /** A file cannot be read or written, perhaps because the disk is full. */
  INPUT_OUTPUT(Rule.AGAIN),
  /** Java heap or native memory ran out. */
  OUT_OF_MEMORY(Rule.AGAIN),
  /** A signal from outside ended the process: a person, or the system when memory ran out. */
  KILLED(Rule.AGAIN),
  /** The process crashed in native code, ended by itself or did not start. */
  CRASHED(Rule.AGAIN),
  /** The process was silent for too long and was ended. */
  TIMED_OUT(Rule.AGAIN),
  /** A person left the trial out while it ran. */
  CANCELLED(Rule.LEAVE_OUT);

  /** What becomes of the trial. */
  public enum Rule {
    /** It has failed. */
    FINISH,
    /** It is tried again, as often as the campaign allows. */
    AGAIN,
    /** It is excluded until it is put back. */
    LEAVE_OUT
  }

  private final Rule rule;

  FailureKind(Rule rule) {
    this.rule = rule;
  }

  /** Returns what becomes of the trial. */
  public Rule rule() {
    return rule;
  }

  /** Returns this as words of a sentence, such as {@code out of memory}. */
  public String words() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
