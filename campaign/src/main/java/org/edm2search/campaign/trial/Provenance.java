package org.edm2search.campaign.trial;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a trial came from; enough to run it again.
 *
 * @param seed random seed of the trial
 * @param digests by role, such as config, data set, features
 * @param versions by name, such as edm2-search, java, nd4j
 * @param device what it ran on
 */
public record Provenance(
    long seed, Map<String, String> digests, Map<String, String> versions, String device) {

  public Provenance {
    digests = Collections.unmodifiableMap(new TreeMap<>(digests));
    versions = Collections.unmodifiableMap(new TreeMap<>(versions));
    Objects.requireNonNull(device, "device");
  }

  /** Returns an environment to be completed for each trial. */
  public static Provenance of(
      Map<String, String> digests, Map<String, String> versions, String device) {
    return new Provenance(0, digests, versions, device);
  }

  /** Returns this without the digests of some roles. */
  public Provenance without(Set<String> roles) {
    Map<String, String> others = new TreeMap<>(digests);
    others.keySet().removeAll(roles);
    return new Provenance(seed, others, versions, device);
  }

  /** Returns this environment, on another device. */
  public Provenance onDevice(String other) {
    return new Provenance(seed, digests, versions, other);
  }

  /** Returns this environment for a trial with its seed and its campaign's config. */
  public Provenance forTrial(long trialSeed, String configDigest) {
    Map<String, String> all = new TreeMap<>(digests);
    all.put("config", configDigest);
    return new Provenance(trialSeed, all, versions, device);
  }
}
