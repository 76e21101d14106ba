package org.edm2search.pipeline.release;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a model comes from.
 *
 * @param dataset name of what it was trained on
 * @param classes names of the classes; empty for an unconditional network, or if they are not known
 * @param training JSON values by key: data, seed, versions, FLOPs
 * @param recipe text of the YAML file with the sections data, training and evaluation, if known
 */
public record ModelOrigin(
    String dataset, List<String> classes, Map<String, Object> training, Optional<String> recipe) {

  public ModelOrigin {
    Objects.requireNonNull(dataset, "dataset");
    classes = List.copyOf(classes);
    training = Collections.unmodifiableMap(new LinkedHashMap<>(training));
  }

  /** Returns the JSON value of a data set: in one order, since equal exports are equal bytes. */
  static Map<String, Object> data(String name, String digest) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("name", name);
    data.put("digest", digest);
    return data;
  }
}
