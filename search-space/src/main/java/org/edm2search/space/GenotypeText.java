package org.edm2search.space;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Genotypes as {@code locus=value} words. */
final class GenotypeText {

  private GenotypeText() {}

  /** Returns the words of chosen alleles, one for each locus. */
  static String of(List<Integer> alleles, List<Locus> loci) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < alleles.size(); i++) {
      Locus locus = loci.get(i);
      text.append(i == 0 ? "" : " ").append(locus.name()).append('=');
      text.append(locus.alleles().get(alleles.get(i)));
    }
    return text.toString();
  }

  /**
   * Reads the alleles; the order of the words does not matter.
   *
   * @throws IllegalArgumentException if a locus is missing, given twice or unknown, or a value is
   *     not one of its alleles
   */
  static List<Integer> alleles(String text, List<Locus> loci) {
    Map<String, String> values = new HashMap<>();
    for (String word : text.strip().split("\\s+")) {
      String[] parts = word.split("=", 2);
      if (parts.length != 2 || values.put(parts[0], parts[1]) != null) {
        throw new IllegalArgumentException(
            "a genotype is words such as kernel@enc=3, each locus once, but has '%s'"
                .formatted(word));
      }
    }
    List<Integer> alleles = new ArrayList<>();
    for (Locus locus : loci) {
      String value = values.remove(locus.name());
      int allele = value == null ? -1 : locus.alleles().indexOf(value);
      if (allele < 0) {
        throw new IllegalArgumentException(
            "%s must be one of %s, but is %s"
                .formatted(
                    locus.name(),
                    String.join(" ", locus.alleles()),
                    value == null ? "missing" : "'" + value + "'"));
      }
      alleles.add(allele);
    }
    if (!values.isEmpty()) {
      throw new IllegalArgumentException(
          "this space has no locus '%s'".formatted(values.keySet().iterator().next()));
    }
    return alleles;
  }
}
