package org.edm2search.campaign.trial;

import java.util.Objects;
import org.edm2search.space.Genotype;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.cost.Cost;
import org.edm2search.space.cost.CostModel;

/**
 * A proposed architecture with what is known before it is trained.
 *
 * @param genotype the choices, as {@code locus=value} words; {@link SearchSpace#parse} reads them
 *     where the space is known, which readers of a campaign do not
 * @param architectureId identity of the network, equal for equivalent genotypes
 * @param architecture the network
 * @param cost exact parameters and multiply-adds per image and evaluation
 */
public record Candidate(
    String genotype, String architectureId, ArchitectureSpec architecture, Cost cost) {

  public Candidate {
    Objects.requireNonNull(genotype, "genotype");
    Objects.requireNonNull(architectureId, "architectureId");
    Objects.requireNonNull(architecture, "architecture");
    Objects.requireNonNull(cost, "cost");
  }

  /** Decodes and prices a genotype. */
  public static Candidate of(SearchSpace space, Genotype genotype) {
    ArchitectureSpec architecture = space.decode(genotype);
    return new Candidate(genotype.text(), genotype.id(), architecture, CostModel.of(architecture));
  }
}
