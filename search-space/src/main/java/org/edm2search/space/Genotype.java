package org.edm2search.space;

import java.util.List;

/**
 * A point of a search space: an allele for each locus. Made by {@link SearchSpace}, so always valid
 * there. Immutable.
 */
public final class Genotype {

  private final List<Integer> alleles;
  private final String text;
  private final String id;

  Genotype(List<Integer> alleles, String text, String id) {
    this.alleles = List.copyOf(alleles);
    this.text = text;
    this.id = id;
  }

  /** Returns the index of the chosen allele at each locus, in the order of the space's loci. */
  public List<Integer> alleles() {
    return alleles;
  }

  /** Returns the choices as {@code locus=value} words, which {@link SearchSpace#parse} reads. */
  public String text() {
    return text;
  }

  /**
   * Returns the identity of the decoded network: equal for genotypes that mean the same network,
   * whichever space they come from.
   */
  public String id() {
    return id;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Genotype genotype
        && alleles.equals(genotype.alleles)
        && text.equals(genotype.text)
        && id.equals(genotype.id);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
