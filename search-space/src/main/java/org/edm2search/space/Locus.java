package org.edm2search.space;

import java.util.List;
import org.edm2search.space.architecture.BlockSpec;

/**
 * One position of a genotype: a gene at a place of the network.
 *
 * @param gene what is chosen
 * @param selector where it is chosen: {@link Scope#EVERYWHERE}; for branches a selector of blocks
 *     such as {@code dec.16x16}; for the network a resolution such as {@code 16x16}
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

  /** Returns whether the choice applies to a block's branch. */
  public boolean selects(BlockSpec block) {
    return gene.trait() instanceof BranchTrait && gene.scope().selectorOf(block).equals(selector);
  }

  /** Returns whether the choice applies to a level of the network. */
  boolean selectsLevel(int resolution) {
    return gene.trait() instanceof NetworkTrait
        && (selector.isEmpty() || selector.equals(levelSelector(resolution)));
  }

  static String levelSelector(int resolution) {
    return resolution + "x" + resolution;
  }
}
