package org.edm2search.campaign;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.edm2search.space.Sha256;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** A config's values by path, each in one canonical form, to tell whether two configs differ. */
final class ConfigKeys {

  /** May differ between runs of one campaign. */
  private static final Set<List<String>> FREE =
      Set.of(
          List.of("campaign", "name"),
          List.of("campaign", "directory"),
          List.of("campaign", "trials"),
          List.of("budget"),
          List.of("budget", "trials"),
          List.of("budget", "flops"),
          List.of("budget", "hours"),
          List.of("budget", "plateau"),
          List.of("confirm"),
          List.of("confirm", "top"),
          List.of("confirm", "runs"),
          List.of("executor"),
          List.of("executor", "workers"),
          List.of("executor", "memory"));

  private final Map<List<String>, String> values = new LinkedHashMap<>();

  private ConfigKeys() {}

  /** A key whose value is not the same. */
  record Difference(List<String> path, Optional<String> before, Optional<String> now) {}

  /** Reads a text that {@code Section} has accepted. */
  static ConfigKeys of(String text) {
    String yaml = text.startsWith("\uFEFF") ? text.substring(1) : text;
    ConfigKeys keys = new ConfigKeys();
    keys.collect(List.of(), new Load(LoadSettings.builder().build()).loadFromString(yaml));
    FREE.forEach(keys.values::remove);
    return keys;
  }

  private void collect(List<String> path, Object node) {
    if (node instanceof Map<?, ?> map && !map.isEmpty()) {
      map.forEach(
          (key, value) -> {
            List<String> below = new java.util.ArrayList<>(path);
            below.add(String.valueOf(key));
            collect(List.copyOf(below), value);
          });
    } else {
      values.put(path, canonical(node));
    }
  }

  private static String canonical(Object node) {
    if (node instanceof List<?> list) {
      return list.stream()
          .map(ConfigKeys::canonical)
          .map(item -> item.contains(",") ? '"' + item + '"' : item)
          .collect(Collectors.joining(","));
    }
    if (node instanceof Map<?, ?> map) {
      TreeMap<String, String> sorted = new TreeMap<>();
      map.forEach((key, value) -> sorted.put(String.valueOf(key), canonical(value)));
      return sorted.toString();
    }
    String text = String.valueOf(node).strip();
    if (text.length() <= 64 && text.matches("[-+.\\d][\\d._]*([eE][-+]?\\d{1,4})?")) {
      try {
        return new BigDecimal(text.replace("_", "")).stripTrailingZeros().toString();
      } catch (NumberFormatException e) {
        return text;
      }
    }
    return text.replaceAll("\\s*,\\s*", ",");
  }

  /** Returns 64 hexadecimal digits. */
  String digest() {
    TreeMap<String, String> sorted = new TreeMap<>();
    values.forEach((path, value) -> sorted.put(String.join(".", path), value));
    StringBuilder text = new StringBuilder();
    sorted.forEach((path, value) -> text.append(path).append('=').append(value).append('\n'));
    return new Sha256().add(text.toString()).hex();
  }

  /** Returns the first key, in file order, that an earlier config has otherwise. */
  Optional<Difference> firstDifference(ConfigKeys earlier) {
    Set<List<String>> paths = new LinkedHashSet<>(values.keySet());
    paths.addAll(earlier.values.keySet());
    return paths.stream()
        .filter(path -> !Objects.equals(values.get(path), earlier.values.get(path)))
        .findFirst()
        .map(
            path ->
                new Difference(
                    path,
                    Optional.ofNullable(earlier.values.get(path)),
                    Optional.ofNullable(values.get(path))));
  }
}
