package org.edm2search.campaign.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.edm2search.campaign.trial.Candidate;

/**
 * What is known of a network before it is trained.
 *
 * @param flops multiply-adds of one evaluation for one image
 * @param parameters trained numbers
 * @param genes the choices, by locus such as {@code kernel@dec.16x16}
 * @param genotype the same as text
 * @param architectureId identity of the network
 */
public record CandidateReport(
    long flops,
    long parameters,
    Map<String, String> genes,
    String genotype,
    String architectureId) {

  public CandidateReport {
    genes = Collections.unmodifiableMap(new LinkedHashMap<>(genes));
  }

  static CandidateReport of(Candidate candidate) {
    return new CandidateReport(
        candidate.cost().multiplyAdds(),
        candidate.cost().parameters(),
        candidate.genotype().choices(),
        candidate.genotype().text(),
        candidate.architectureId());
  }
}
