package org.edm2search.campaign.trial;

import java.util.Objects;
import org.edm2search.space.Genotype;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.cost.Cost;
import org.edm2search.space.cost.CostModel;
import org.edm2search.space.yaml.ArchitectureYaml;
import org.edm2search.space.yaml.Section;

/**
 * A proposed architecture with what is known before it is trained.
 *
 * @param genotype the choices, as {@code locus=value} words
 * @param architectureId identity of the network, equal for equivalent genotypes
 * @param architectureYaml the network's canonical declaration
 * @param cost exact parameters and multiply-adds per image and evaluation
 */
public record Candidate(
    String genotype, String architectureId, String architectureYaml, Cost cost) {

  public Candidate {
    Objects.requireNonNull(genotype, "genotype");
    Objects.requireNonNull(architectureId, "architectureId");
    Objects.requireNonNull(architectureYaml, "architectureYaml");
    Objects.requireNonNull(cost, "cost");
  }

  /** Decodes and prices a genotype. */
  public static Candidate of(SearchSpace space, Genotype genotype) {
    ArchitectureSpec architecture = space.decode(genotype);
    return new Candidate(
        genotype.text(),
        genotype.id(),
        ArchitectureYaml.write(architecture),
        CostModel.of(architecture));
  }

  /** Returns the network. */
  public ArchitectureSpec architecture() {
    return ArchitectureYaml.read(Section.parse(architectureYaml, "architecture " + architectureId));
  }
}
