package org.edm2search.campaign.analysis;

/**
 * How far two loci together do what neither does alone.
 *
 * @param first a locus
 * @param second another one
 * @param share of the variance
 * @param probability that as much is seen by chance (F test, Holm's correction over all pairs)
 */
public record Interaction(String first, String second, double share, double probability) {

  /** Returns whether it is told apart from chance. */
  public boolean clear() {
    return probability < 0.05;
  }
}
