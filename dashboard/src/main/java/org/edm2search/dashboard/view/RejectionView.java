package org.edm2search.dashboard.view;

import java.util.List;

/**
 * A candidate refused before training.
 *
 * @param genes its genes
 * @param reason the constraint it broke
 * @param count how often it was proposed
 */
public record RejectionView(List<GeneView> genes, String reason, int count) {

  public RejectionView {
    genes = List.copyOf(genes);
  }

  /** Returns the genes that differ from the seed architecture's. */
  public List<GeneView> changedGenes() {
    return genes.stream().filter(GeneView::changed).toList();
  }
}
