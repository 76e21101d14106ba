package org.edm2search.space.yaml;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A YAML file parsed once, with its text and the place of each value. Immutable and thread-safe:
 * each {@link #root} is a reading of its own.
 */
public final class YamlTree {

  private final String text;
  private final String file;
  private final MappingNode root;

  private YamlTree(String text, String file) {
    this.text = text;
    this.file = file;
    this.root = YamlFile.compose(text, file);
  }

  /** Reads a file of UTF-8 YAML of at most 1 MiB, without aliases, tags or duplicate keys. */
  public static YamlTree load(Path file) {
    return parse(YamlFile.read(file), file.toString());
  }

  /**
   * Parses a text.
   *
   * @param fileName how errors name the text
   */
  public static YamlTree parse(String text, String fileName) {
    return new YamlTree(text, fileName);
  }

  /** Returns the text as it was read. */
  public String text() {
    return text;
  }

  /** Returns the whole file, no key of it read. */
  public Section root() {
    return Section.of(file, root);
  }

  /**
   * Returns every value by its path, in file order and in one canonical form: however numbers,
   * lists and texts are written, equal values are equal texts.
   */
  public Map<List<String>, String> values() {
    Map<List<String>, String> values = new LinkedHashMap<>();
    collect(List.of(), root, values);
    return Collections.unmodifiableMap(values);
  }

  /**
   * Returns an error at a path, or at the deepest section of it that the file has, to be thrown.
   *
   * @param path not empty
   * @param rule what must hold, and the offending value
   */
  public InvalidConfigException error(List<String> path, String rule) {
    Section section = root();
    for (String parent : path.subList(0, path.size() - 1)) {
      if (!section.isSection(parent)) {
        break;
      }
      section = section.section(parent);
    }
    return section.error(path.get(path.size() - 1), rule);
  }

  private static void collect(List<String> path, Node node, Map<List<String>, String> values) {
    if (node instanceof MappingNode mapping && !mapping.getValue().isEmpty()) {
      for (NodeTuple tuple : mapping.getValue()) {
        List<String> below = new ArrayList<>(path);
        below.add(canonicalKey(tuple));
        collect(List.copyOf(below), tuple.getValueNode(), values);
      }
    } else {
      values.put(path, canonical(node));
    }
  }

  private static String canonicalKey(NodeTuple tuple) {
    return tuple.getKeyNode() instanceof ScalarNode key
        ? key.getValue()
        : canonical(tuple.getKeyNode());
  }

  private static String canonical(Node node) {
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue().stream()
          .map(YamlTree::canonical)
          .map(item -> item.contains(",") ? '"' + item + '"' : item)
          .collect(Collectors.joining(","));
    }
    if (node instanceof MappingNode mapping) {
      TreeMap<String, String> sorted = new TreeMap<>();
      mapping
          .getValue()
          .forEach(tuple -> sorted.put(canonicalKey(tuple), canonical(tuple.getValueNode())));
      return sorted.toString();
    }
    if (node.getTag().equals(Tag.NULL)) {
      return "null";
    }
    String text = ((ScalarNode) node).getValue().strip();
    return number(text).orElseGet(() -> text.replaceAll("\\s*,\\s*", ","));
  }

  private static Optional<String> number(String text) {
    if (text.length() > 64 || !text.matches("[-+.\\d][\\d._]*([eE][-+]?\\d{1,4})?")) {
      return Optional.empty();
    }
    try {
      return Optional.of(new BigDecimal(text.replace("_", "")).stripTrailingZeros().toString());
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
