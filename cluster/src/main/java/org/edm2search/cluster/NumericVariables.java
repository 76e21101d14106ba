package org.edm2search.cluster;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The environment variables that numerical libraries heed. Workers everywhere get those of the
 * campaign: they choose kernels, and so the last digits of scores, and how fast memory is.
 */
final class NumericVariables {

  private static final List<String> PREFIXES =
      List.of("OPENBLAS_", "DNNL_", "ONEDNN_", "GOMP_", "KMP_", "MALLOC_");

  private NumericVariables() {}

  /** Returns these variables of an environment. */
  static Map<String, String> of(Map<String, String> environment) {
    Map<String, String> numeric = new TreeMap<>(environment);
    numeric.keySet().removeIf(name -> PREFIXES.stream().noneMatch(name::startsWith));
    return numeric;
  }
}
