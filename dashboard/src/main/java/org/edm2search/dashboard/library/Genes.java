package org.edm2search.dashboard.library;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.edm2search.campaign.trial.RecordedGenotype;
import org.edm2search.dashboard.view.GeneView;

/** Genotypes as genes compared with the seed's. */
final class Genes {

  private final Map<String, String> seed;

  /**
   * Makes a comparison.
   *
   * @param seedGenotype the seed architecture's genotype, {@link RecordedGenotype#NONE} while it is
   *     not known
   */
  Genes(RecordedGenotype seedGenotype) {
    seed = seedGenotype.choices();
  }

  /** Returns the genes of a genotype. */
  List<GeneView> of(RecordedGenotype genotype) {
    List<GeneView> genes = new ArrayList<>();
    genotype
        .choices()
        .forEach(
            (locus, allele) ->
                genes.add(
                    new GeneView(
                        locus.replace('@', ' ').replace('_', ' '),
                        allele,
                        seed.containsKey(locus) && !seed.get(locus).equals(allele))));
    return genes;
  }
}
