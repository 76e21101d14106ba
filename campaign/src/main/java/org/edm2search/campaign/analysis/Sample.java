package org.edm2search.campaign.analysis;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An architecture with its score on the scale that effects are added on.
 *
 * @param genes values by locus
 * @param value logarithm of its mean score, or the score where some are not positive
 */
record Sample(Map<String, String> genes, double value) {

  Sample {
    genes = Collections.unmodifiableMap(new LinkedHashMap<>(genes));
  }
}
