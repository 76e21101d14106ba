package org.edm2search.dashboard.library;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.edm2search.campaign.report.Loci;
import org.edm2search.dashboard.view.GeneView;

/** Genotype texts ({@code kernel@enc=3 expansion@enc=4}) as genes compared with the seed's. */
final class Genes {

  private final Map<String, String> seed;

  /**
   * Makes a comparison.
   *
   * @param seedGenotype the seed architecture's genotype text, empty while it is not known
   */
  Genes(String seedGenotype) {
    seed = Loci.of(seedGenotype);
  }

  /** Returns the genes of a genotype. */
  List<GeneView> of(String genotype) {
    List<GeneView> genes = new ArrayList<>();
    Loci.of(genotype)
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
