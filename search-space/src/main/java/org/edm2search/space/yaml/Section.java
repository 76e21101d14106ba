package org.edm2search.space.yaml;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A mapping of a YAML file that knows where it stands. Every accessor throws {@link
 * InvalidConfigException} with file, line, key, rule and value when the file breaks its type.
 *
 * <p>A parser reads its keys and then calls {@link #rejectUnknown()}: each key nobody asked for is
 * an error, with the nearest key that was asked for as the suggestion.
 *
 * <p>Numbers may be written {@code 60_000} or {@code 1e12}, amounts also {@code 600G}. Lists are
 * written {@code [1, 2]}, as a block, or as one text {@code 1,2}. Not thread-safe.
 */
public final class Section {

  private record Entry(Node key, Node value) {}

  private final String file;
  private final String path;
  private final Optional<Mark> mark;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Set<String> asked = new LinkedHashSet<>();

  private Section(String file, String path, Optional<Mark> mark) {
    this.file = file;
    this.path = path;
    this.mark = mark;
  }

  /** Reads a file of UTF-8 YAML of at most 1 MiB, without aliases, tags or duplicate keys. */
  public static Section load(Path file) {
    return YamlTree.load(file).root();
  }

  /**
   * Parses a text.
   *
   * @param fileName how errors name the text
   */
  public static Section parse(String text, String fileName) {
    return YamlTree.parse(text, fileName).root();
  }

  static Section of(String file, MappingNode root) {
    return of(file, "", Optional.empty(), root);
  }

  /**
   * Returns a section of plain values without lines, such as a tensor file's metadata.
   *
   * @param source how errors name it
   */
  public static Section of(Map<String, String> values, String source) {
    Section section = new Section(source, "", Optional.empty());
    values.forEach((key, value) -> section.entries.put(key, new Entry(plain(key), plain(value))));
    return section;
  }

  private static ScalarNode plain(String value) {
    return new ScalarNode(Tag.STR, value, ScalarStyle.PLAIN);
  }

  private static Section of(String file, String path, Optional<Mark> mark, MappingNode node) {
    Section section = new Section(file, path, mark);
    for (NodeTuple tuple : node.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw section.at(tuple.getKeyNode(), path, "a key must be one word");
      }
      if (section.entries.containsKey(key.getValue())) {
        throw section.at(
            key,
            section.pathOf(key.getValue()),
            "duplicate key, first given in line %d"
                .formatted(lineOf(section.entries.get(key.getValue()).key().getStartMark())));
      }
      section.entries.put(key.getValue(), new Entry(key, tuple.getValueNode()));
    }
    return section;
  }

  /** Returns the file's name as errors print it. */
  public String file() {
    return file;
  }

  /** Returns the path of this section, such as {@code space.genes}; empty at the top. */
  public String path() {
    return path;
  }

  /** Returns the line of this section, counted from 1; 0 at the top. */
  public int line() {
    return lineOf(mark);
  }

  /** Returns the keys in file order. Does not count as reading them. */
  public List<String> keys() {
    return List.copyOf(entries.keySet());
  }

  /** Returns whether the key is present. An optional key is thereby known. */
  public boolean has(String key) {
    asked.add(key);
    return entries.containsKey(key);
  }

  /** Returns a text; a number or truth value counts as its text. */
  public String string(String key) {
    return scalar(key).getValue();
  }

  /** Returns a text, or the default without the key. */
  public String string(String key, String otherwise) {
    return has(key) ? string(key) : otherwise;
  }

  /** Returns a whole number of 32 bits. */
  public int integer(String key) {
    return read(key, ScalarValues::toInt);
  }

  /** Returns a whole number of 32 bits, or the default without the key. */
  public int integer(String key, int otherwise) {
    return has(key) ? integer(key) : otherwise;
  }

  /** Returns a whole number of 64 bits. */
  public long longInteger(String key) {
    return read(key, ScalarValues::toLong);
  }

  /** Returns a whole number of 64 bits, or the default without the key. */
  public long longInteger(String key, long otherwise) {
    return has(key) ? longInteger(key) : otherwise;
  }

  /** Returns a finite number. */
  public double number(String key) {
    return read(key, ScalarValues::toNumber);
  }

  /** Returns a finite number, or the default without the key. */
  public double number(String key, double otherwise) {
    return has(key) ? number(key) : otherwise;
  }

  /** Returns a truth value: {@code true} or {@code false}. */
  public boolean bool(String key) {
    return read(key, ScalarValues::toBool);
  }

  /** Returns a truth value, or the default without the key. */
  public boolean bool(String key, boolean otherwise) {
    return has(key) ? bool(key) : otherwise;
  }

  /** Returns one of the allowed texts. */
  public String oneOf(String key, List<String> allowed) {
    ScalarNode node = scalar(key);
    if (!allowed.contains(node.getValue())) {
      String hint =
          NearMiss.of(node.getValue(), allowed)
              .map(near -> "; did you mean '%s'?".formatted(near))
              .orElse("");
      throw at(
          node,
          pathOf(key),
          "must be one of %s, but is '%s'%s"
              .formatted(String.join(", ", allowed), ScalarValues.shorten(node.getValue()), hint));
    }
    return node.getValue();
  }

  /** Returns one of the allowed texts, or the default without the key. */
  public String oneOf(String key, List<String> allowed, String otherwise) {
    return has(key) ? oneOf(key, allowed) : otherwise;
  }

  /**
   * Returns a constant, written in lower case with hyphens: {@code FASHION_MNIST} as fashion-mnist.
   */
  public <E extends Enum<E>> E choice(String key, Class<E> type) {
    E[] constants = type.getEnumConstants();
    List<String> names = Arrays.stream(constants).map(Section::nameOf).toList();
    return constants[names.indexOf(oneOf(key, names))];
  }

  /** Returns a constant, or the default without the key. */
  public <E extends Enum<E>> E choice(String key, Class<E> type, E otherwise) {
    return has(key) ? choice(key, type) : otherwise;
  }

  /** Returns a finite number that may have a prefix, such as {@code 600G}. */
  public double amount(String key) {
    return read(key, ScalarValues::toAmount);
  }

  /** Returns a list of texts, possibly empty. */
  public List<String> strings(String key) {
    return list(key, ScalarNode::getValue);
  }

  /** Returns a list of texts, or the default without the key. */
  public List<String> strings(String key, List<String> otherwise) {
    return has(key) ? strings(key) : otherwise;
  }

  /** Returns a list of whole numbers, possibly empty. */
  public List<Integer> integers(String key) {
    return list(key, ScalarValues::toInt);
  }

  /** Returns a list of whole numbers, or the default without the key. */
  public List<Integer> integers(String key, List<Integer> otherwise) {
    return has(key) ? integers(key) : otherwise;
  }

  /** Returns a list of finite numbers, possibly empty. */
  public List<Double> numbers(String key) {
    return list(key, ScalarValues::toNumber);
  }

  /** Returns a list of finite numbers, or the default without the key. */
  public List<Double> numbers(String key, List<Double> otherwise) {
    return has(key) ? numbers(key) : otherwise;
  }

  /** Returns a nested mapping. */
  public Section section(String key) {
    Entry entry = entry(key);
    if (entry.value() instanceof MappingNode mapping) {
      return of(file, pathOf(key), entry.key().getStartMark(), mapping);
    }
    throw error(
        key,
        "must be a section of 'key: value' lines, but is " + ScalarValues.describe(entry.value()));
  }

  /** Returns a nested mapping, empty without the key. */
  public Optional<Section> optionalSection(String key) {
    return has(key) ? Optional.of(section(key)) : Optional.empty();
  }

  /** Returns a nested mapping, or one without keys where there is none. */
  public Section sectionOrEmpty(String key) {
    return has(key) ? section(key) : new Section(file, pathOf(key), mark);
  }

  /** Returns a list of mappings, possibly empty. */
  public List<Section> sections(String key) {
    Node node = value(key);
    if (!(node instanceof SequenceNode sequence)) {
      throw error(key, "must be a list of sections, but is " + ScalarValues.describe(node));
    }
    List<Section> sections = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      String where = pathOf(key) + "[" + sections.size() + "]";
      if (!(item instanceof MappingNode mapping)) {
        throw at(
            item,
            where,
            "must be a section of 'key: value' lines, but is " + ScalarValues.describe(item));
      }
      sections.add(of(file, where, item.getStartMark(), mapping));
    }
    return List.copyOf(sections);
  }

  /** Returns whether the key holds a nested mapping. */
  public boolean isSection(String key) {
    return has(key) && value(key) instanceof MappingNode;
  }

  /** Throws if the file gives a key here that no accessor was asked for. */
  public void rejectUnknown() {
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      String key = entry.getKey();
      if (!asked.contains(key)) {
        List<String> missing = asked.stream().filter(k -> !entries.containsKey(k)).toList();
        String hint =
            NearMiss.of(key, missing)
                .map(near -> NearMiss.hint(key, List.of(near)))
                .orElseGet(() -> NearMiss.hint(key, asked));
        throw at(entry.getValue().key(), pathOf(key), "unknown key" + hint);
      }
    }
  }

  /** Returns an error at a key of this section, to be thrown. The rule should give the value. */
  public InvalidConfigException error(String key, @Nullable String rule) {
    Entry entry = entries.get(key);
    return entry == null ? errorAt(mark, pathOf(key), rule) : at(entry.key(), pathOf(key), rule);
  }

  /** Returns an error at an item of a list, counted from 0. */
  public InvalidConfigException error(String key, int index, @Nullable String rule) {
    Entry entry = entries.get(key);
    if (entry != null
        && entry.value() instanceof SequenceNode sequence
        && index < sequence.getValue().size()) {
      return at(sequence.getValue().get(index), pathOf(key) + "[" + index + "]", rule);
    }
    return error(key, rule);
  }

  /** Returns an error about this section as a whole. */
  public InvalidConfigException error(@Nullable String rule) {
    return errorAt(mark, path, rule);
  }

  /** Returns the full path of a key. */
  public String pathOf(String key) {
    String name = key.isEmpty() ? "''" : ScalarValues.shorten(key);
    return path.isEmpty() ? name : path + "." + name;
  }

  // ---------------------------------------------------------------- values

  private Node value(String key) {
    return entry(key).value();
  }

  private Entry entry(String key) {
    asked.add(key);
    Entry entry = entries.get(key);
    if (entry == null) {
      throw error(key, "required key is missing" + slipOf(key));
    }
    return entry;
  }

  /** Names a key not read so far that is one slip away from the missing one. */
  private String slipOf(String missing) {
    return entries.entrySet().stream()
        .filter(e -> !asked.contains(e.getKey()))
        .filter(e -> NearMiss.distance(missing, e.getKey()) == 1)
        .findFirst()
        .map(
            e ->
                "; is '%s' in line %d meant?"
                    .formatted(e.getKey(), lineOf(e.getValue().key().getStartMark())))
        .orElse("");
  }

  private ScalarNode scalar(String key) {
    Node node = value(key);
    if (node instanceof ScalarNode scalar) {
      return present(scalar, pathOf(key));
    }
    throw error(key, "must be a single value, but is " + ScalarValues.describe(node));
  }

  private ScalarNode present(ScalarNode scalar, String where) {
    if (ScalarValues.isNull(scalar)) {
      throw at(scalar, where, "has no value");
    }
    return scalar;
  }

  private <T> T read(String key, Function<ScalarNode, T> conversion) {
    return read(scalar(key), pathOf(key), conversion);
  }

  private <T> T read(ScalarNode node, String where, Function<ScalarNode, T> conversion) {
    try {
      return conversion.apply(node);
    } catch (IllegalArgumentException e) {
      throw at(node, where, e.getMessage());
    }
  }

  private <T> List<T> list(String key, Function<ScalarNode, T> conversion) {
    Node node = value(key);
    List<Node> items;
    if (node instanceof SequenceNode sequence) {
      items = sequence.getValue();
    } else if (node instanceof ScalarNode scalar) {
      items = ScalarValues.split(scalar);
    } else {
      throw error(key, "must be a list such as [a, b], but is " + ScalarValues.describe(node));
    }
    List<T> values = new ArrayList<>();
    for (Node item : items) {
      String where = pathOf(key) + "[" + values.size() + "]";
      if (!(item instanceof ScalarNode scalar)) {
        throw at(item, where, "must be a single value, but is " + ScalarValues.describe(item));
      }
      values.add(read(present(scalar, where), where, conversion));
    }
    return List.copyOf(values);
  }

  // ---------------------------------------------------------------- errors

  private InvalidConfigException at(Node node, String where, @Nullable String rule) {
    return errorAt(node.getStartMark().or(() -> mark), where, rule);
  }

  private InvalidConfigException errorAt(
      Optional<Mark> place, String where, @Nullable String rule) {
    return new InvalidConfigException(
        file, lineOf(place), place.map(m -> m.getColumn() + 1).orElse(0), where, rule);
  }

  private static int lineOf(Optional<Mark> mark) {
    return mark.map(m -> m.getLine() + 1).orElse(0);
  }

  private static String nameOf(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
