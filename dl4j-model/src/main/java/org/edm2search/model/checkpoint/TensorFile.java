package org.edm2search.model.checkpoint;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The content of a safetensors file.
 *
 * @param metadata free text by key
 * @param tensors tensors by name
 */
public record TensorFile(Map<String, String> metadata, Map<String, Tensor> tensors) {

  public TensorFile {
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    tensors = Collections.unmodifiableMap(new TreeMap<>(tensors));
  }

  /** Returns the tensors whose name starts with a prefix, under the rest of their names. */
  public Map<String, Tensor> under(String prefix) {
    Map<String, Tensor> found = new TreeMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            found.put(name.substring(prefix.length()), tensor);
          }
        });
    return found;
  }
}
