package org.edm2search.campaign.statistics;

import java.util.List;

/**
 * Standings of architectures, with what was learnt about scatter.
 *
 * @param architectures in the order of the runs
 * @param seedDeviation scale of the scatter between trainings of one architecture, relative to the
 *     score (posterior mean)
 * @param architectureDeviation scale of the scatter between architectures, likewise
 */
public record Standings(
    List<Standing> architectures, double seedDeviation, double architectureDeviation) {

  public Standings {
    architectures = List.copyOf(architectures);
  }
}
