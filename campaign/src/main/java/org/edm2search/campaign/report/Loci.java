package org.edm2search.campaign.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A genotype's text as the choices it is made of: by locus, such as {@code kernel@dec.16x16}. */
public final class Loci {

  private Loci() {}

  /** Returns the value at each locus, in the order of the text. */
  public static Map<String, String> of(String genotype) {
    Map<String, String> loci = new LinkedHashMap<>();
    for (String word : genotype.split(" ")) {
      String[] parts = word.split("=", 2);
      if (parts.length == 2) {
        loci.put(parts[0], parts[1]);
      }
    }
    return loci;
  }

  /**
   * Returns the loci at which a genotype differs from another, in words such as {@code
   * kernel@dec.16x16=5}; all of it where there is no other.
   */
  public static String difference(String genotype, String other) {
    Map<String, String> others = of(other);
    List<String> words = new ArrayList<>();
    of(genotype)
        .forEach(
            (locus, value) -> {
              if (!value.equals(others.get(locus))) {
                words.add(locus + "=" + value);
              }
            });
    return words.isEmpty() && !others.isEmpty() ? "as G*" : String.join(" ", words);
  }
}
