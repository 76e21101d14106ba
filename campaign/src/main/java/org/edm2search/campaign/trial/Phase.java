package org.edm2search.campaign.trial;

/** What a running trial is doing. */
public enum Phase {
  TRAINING,
  SAMPLING,
  SCORING
}
