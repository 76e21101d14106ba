package org.edm2search.space;

import java.util.List;
import java.util.function.Supplier;

/**
 * A point of a search space: an allele for each locus. Made by {@link SearchSpace}, so always valid
 * there. Immutable.
 */
public final class Genotype {

  private final List<Integer> alleles;
  private final String text;
  private final Supplier<String> identify;
  private volatile String id = "";

  /**
   * Creates a genotype.
   *
   * @param identify gives the identity; called when it is first asked for, because most points a
   *     strategy looks at are never tried
   */
  Genotype(List<Integer> alleles, String text, Supplier<String> identify) {
    this.alleles = List.copyOf(alleles);
    this.text = text;
    this.identify = identify;
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
    if (id.isEmpty()) {
      id = identify.get();
    }
    return id;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Genotype genotype
        && alleles.equals(genotype.alleles)
        && text.equals(genotype.text);
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
