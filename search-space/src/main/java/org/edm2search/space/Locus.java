package org.edm2search.space;

import java.util.List;
import org.edm2search.space.architecture.BlockSpec;

/**
 * One position of a genotype: a gene at a place of the network.
 *
 * @param gene what is chosen
 * @param selector the blocks it is chosen for: {@link Scope#EVERYWHERE}, or a selector such as
 *     {@code dec.16x16}
 */
public record Locus(Gene gene, String selector) {

  /** Returns the name, such as {@code kernel} or {@code kernel@dec.16x16}. */
  public String name() {
    return selector.isEmpty() ? gene.name() : gene.name() + "@" + selector;
  }

  /** Returns the values to choose from. */
  public List<String> alleles() {
    return gene.alleles();
  }

  /** Returns whether the choice applies to a block. */
  public boolean selects(BlockSpec block) {
    return gene.scope().selectorOf(block).equals(selector);
  }
}
