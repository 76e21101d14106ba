package org.edm2search.campaign.trial;

import java.util.Objects;
import org.edm2search.space.Genotype;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.cost.Cost;
import org.edm2search.space.cost.CostModel;
import org.edm2search.space.yaml.InvalidConfigException;

/**
 * A proposed architecture with what is known before it is trained.
 *
 * @param genotype the choices, as recorded
 * @param architectureId identity of the network, equal for equivalent genotypes
 * @param network the network, as recorded
 * @param cost exact parameters and multiply-adds per image and evaluation
 */
public record Candidate(
    RecordedGenotype genotype, String architectureId, RecordedArchitecture network, Cost cost) {

  public Candidate {
    Objects.requireNonNull(genotype, "genotype");
    Objects.requireNonNull(architectureId, "architectureId");
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(cost, "cost");
  }

  /** Makes a candidate of a network. */
  public Candidate(
      RecordedGenotype genotype, String architectureId, ArchitectureSpec architecture, Cost cost) {
    this(genotype, architectureId, RecordedArchitecture.of(architecture), cost);
  }

  /**
   * Returns the network.
   *
   * @throws InvalidConfigException if what was recorded is none
   */
  public ArchitectureSpec architecture() {
    return network.spec();
  }

  /** Decodes and prices a genotype. */
  public static Candidate of(SearchSpace space, Genotype genotype) {
    ArchitectureSpec architecture = space.decode(genotype);
    return new Candidate(
        RecordedGenotype.of(genotype), genotype.id(), architecture, CostModel.of(architecture));
  }
}
