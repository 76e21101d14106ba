package org.edm2search.space;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.edm2search.space.base.Sha256;

/**
 * Settings as {@code key=value} lines in the order of their keys; the SHA-256 of the lines is the
 * settings' identity, which no wording can change.
 *
 * <p>A key that is added later is left out where it says what held before there was such a key:
 * then the identity of settings that were recorded without it stays.
 */
public final class CanonicalKeys {

  private final TreeMap<String, String> values = new TreeMap<>();

  /**
   * Adds a key.
   *
   * @param value numbers as Java writes them, independent of the locale
   * @return this
   * @throws IllegalArgumentException if there is such a key, or it is more than a name
   */
  public CanonicalKeys put(String key, Object value) {
    if (!key.matches("[a-z0-9_.]+")) {
      throw new IllegalArgumentException("no name of a key: " + key);
    }
    // A value of two lines must not read as two keys.
    String line = value.toString().replace("\\", "\\\\").replace("\n", "\\n");
    if (values.putIfAbsent(key, line) != null) {
      throw new IllegalArgumentException("the key is there twice: " + key);
    }
    return this;
  }

  /** Returns the values by key. */
  public Map<String, String> values() {
    return Map.copyOf(values);
  }

  /** Returns the SHA-256 of the lines, hexadecimal. */
  public String digest() {
    return new Sha256().add(toString()).hex();
  }

  /** Returns the lines, each ended by a line feed. */
  @Override
  public String toString() {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
        .collect(Collectors.joining());
  }
}
