package org.edm2search.campaign;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.edm2search.space.base.Sha256;
import org.edm2search.space.yaml.YamlTree;

/** A config's values by path, each in one canonical form, to tell whether two configs differ. */
final class ConfigKeys {

  /** What may differ between runs of one campaign, with all that is in it. */
  private static final Set<List<String>> FREE =
      Set.of(
          List.of("campaign", "name"),
          List.of("campaign", "directory"),
          List.of("campaign", "trials"),
          List.of("budget"),
          List.of("confirm"),
          List.of("executor"),
          List.of("store"));

  /** Where the data lie may change, their name not: scores are recorded under it. */
  private static final List<String> DATASET = List.of("data", "dataset");

  private final Map<List<String>, String> values;

  private ConfigKeys(Map<List<String>, String> values) {
    this.values = values;
  }

  /** A key whose value is not the same. */
  record Difference(List<String> path, Optional<String> before, Optional<String> now) {}

  /** Reads a config. */
  static ConfigKeys of(YamlTree config) {
    Map<List<String>, String> values = new LinkedHashMap<>(config.values());
    values.keySet().removeIf(path -> FREE.stream().anyMatch(free -> startsWith(path, free)));
    values.computeIfPresent(DATASET, (path, location) -> CampaignConfig.datasetName(location));
    return new ConfigKeys(values);
  }

  private static boolean startsWith(List<String> path, List<String> start) {
    return path.size() >= start.size() && path.subList(0, start.size()).equals(start);
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
