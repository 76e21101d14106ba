package org.edm2search.space.yaml;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.BranchSpec;
import org.edm2search.space.architecture.BranchValues;
import org.edm2search.space.architecture.InvalidArchitectureException;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.base.Sha256;

/**
 * Architectures as YAML and as the metadata of tensor files, under the same key names.
 *
 * <pre>
 * img_resolution: 16
 * img_channels: 1
 * label_dim: 10
 * model_channels: 16
 * channel_mult: [1, 2]
 * num_blocks: 1               # or one for each level, [1, 2]
 * attn_resolutions: [8]
 * channels_per_head: 16
 * branch: separable          # conv | dwconv | separable; the rest only for separable
 * depthwise: in,out          # of in, mid, out
 * kernel: 3                  # or per placement, in:3,out:5
 * expansion: 4
 * embedding: narrow          # wide | narrow
 * linear_bottleneck: true
 * branches:                  # optional: places that differ, with the keys that differ
 *   dec: {expansion: 6}
 *   dec.16x16_block0: {branch: conv}
 * </pre>
 *
 * <p>A selector under {@code branches} names a stage, a level of a stage or a block, and inherits
 * the keys it leaves out from what surrounds it.
 */
public final class ArchitectureYaml {

  private static final int ID_LENGTH = 16;

  /** The key of a tensor file's metadata that holds {@link #toJson}. */
  public static final String JSON_KEY = "architecture";

  private ArchitectureYaml() {}

  /** Loads a file that holds one architecture. */
  public static ArchitectureSpec load(Path file) {
    return read(Section.load(file));
  }

  /** Reads a complete architecture and rejects unknown keys. */
  public static ArchitectureSpec read(Section section) {
    ArchitectureSpec spec =
        read(
            section,
            section.integer("img_resolution"),
            section.integer("img_channels"),
            section.integer("label_dim"),
            Optional.empty());
    section.rejectUnknown();
    return spec;
  }

  /**
   * Reads a campaign's {@code network} section and rejects unknown keys. The data set gives what
   * the network sees; branch keys are optional and default to G*.
   *
   * @param imgResolution width and height of the images, pixels
   * @param labelDim number of classes, 0 for an unconditional network
   */
  public static ArchitectureSpec readNetwork(
      Section section, int imgResolution, int imgChannels, int labelDim) {
    ArchitectureSpec spec =
        read(section, imgResolution, imgChannels, labelDim, Optional.of(Presets.seedBranch()));
    requireLevels(section, spec);
    section.rejectUnknown();
    return spec;
  }

  /**
   * Returns the canonical text: fixed key order, one line a key, each override in full. Reading it
   * gives an equal spec.
   */
  public static String write(ArchitectureSpec spec) {
    StringBuilder yaml = new StringBuilder();
    network(spec)
        .forEach(
            (key, value) -> {
              String text = isList(key, value) ? "[" + value.replace(",", ", ") + "]" : value;
              yaml.append(key).append(": ").append(text).append('\n');
            });
    line(yaml, "", BranchYaml.write(spec.branches().base()));
    if (!spec.branches().overrides().isEmpty()) {
      yaml.append("branches:\n");
      spec.branches()
          .overrides()
          .forEach(
              (selector, branch) -> {
                yaml.append("  ").append(selector).append(":\n");
                line(yaml, "    ", BranchYaml.write(branch));
              });
    }
    return yaml.toString();
  }

  private static boolean isList(String key, String value) {
    return switch (key) {
      case "channel_mult", "attn_resolutions" -> true;
      case "num_blocks" -> value.contains(",");
      default -> false;
    };
  }

  private static void line(StringBuilder yaml, String indent, Map<String, String> keys) {
    keys.forEach(
        (key, value) -> yaml.append(indent).append(key).append(": ").append(value).append('\n'));
  }

  /**
   * Returns the identity of the network an architecture declares: 16 hexadecimal digits of the
   * SHA-256 of the canonical form's text. Equivalent declarations have equal ids.
   */
  public static String id(ArchitectureSpec spec) {
    return new Sha256().add(write(spec.canonical())).hex().substring(0, ID_LENGTH);
  }

  /** Returns the metadata of a tensor file. Overrides are one JSON text under {@code branches}. */
  public static Map<String, String> toMetadata(ArchitectureSpec spec) {
    Map<String, String> metadata = network(spec);
    metadata.putAll(BranchYaml.write(spec.branches().base()));
    if (!spec.branches().overrides().isEmpty()) {
      metadata.put(
          "branches",
          spec.branches().overrides().entrySet().stream()
              .map(e -> "\"%s\": %s".formatted(e.getKey(), json(BranchYaml.write(e.getValue()))))
              .collect(Collectors.joining(", ", "{", "}")));
    }
    return metadata;
  }

  /**
   * Returns one JSON object with the keys of {@link #write}: what a tensor file holds under {@code
   * architecture}. Reading it gives an equal spec.
   */
  public static String toJson(ArchitectureSpec spec) {
    Map<String, String> keys = toMetadata(spec);
    return keys.entrySet().stream()
        .map(
            e ->
                isList(e.getKey(), e.getValue())
                    ? "\"%s\": [%s]".formatted(e.getKey(), e.getValue().replace(",", ", "))
                    : e.getKey().equals("branches")
                        ? "\"%s\": %s".formatted(e.getKey(), e.getValue())
                        : inner(json(Map.of(e.getKey(), e.getValue()))))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String inner(String object) {
    return object.substring(1, object.length() - 1);
  }

  private static String json(Map<String, String> keys) {
    return keys.entrySet().stream()
        .map(
            e -> {
              boolean bare = e.getValue().matches("[\\d.]+|true|false");
              return "\"%s\": %s"
                  .formatted(e.getKey(), bare ? e.getValue() : "\"" + e.getValue() + "\"");
            })
        .collect(Collectors.joining(", ", "{", "}"));
  }

  /** Reads a tensor file's metadata; keys that do not describe the architecture are ignored. */
  public static ArchitectureSpec fromMetadata(Map<String, String> metadata) {
    return fromMetadata(metadata, "metadata");
  }

  /**
   * Reads a tensor file's metadata: the JSON under {@code architecture} or, in older files, its
   * keys one by one. Keys that do not describe the architecture are ignored.
   *
   * @param source how errors name the file
   */
  public static ArchitectureSpec fromMetadata(Map<String, String> metadata, String source) {
    if (metadata.containsKey(JSON_KEY)) {
      return read(Section.parse(metadata.get(JSON_KEY), source + ", " + JSON_KEY));
    }
    Section section = Section.of(metadata, source);
    if (section.number("sigma_data", 0.5) != 0.5) {
      throw section.error(
          "sigma_data", "must be 0.5, but is " + BranchValues.text(section.number("sigma_data")));
    }
    return read(
        section,
        section.integer("img_resolution"),
        section.integer("img_channels"),
        section.integer("label_dim"),
        Optional.empty());
  }

  private static Map<String, String> network(ArchitectureSpec spec) {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("img_resolution", Integer.toString(spec.imgResolution()));
    keys.put("img_channels", Integer.toString(spec.imgChannels()));
    keys.put("label_dim", Integer.toString(spec.labelDim()));
    keys.put("model_channels", Integer.toString(spec.modelChannels()));
    keys.put("channel_mult", join(spec.channelMult()));
    keys.put("num_blocks", blocks(spec.numBlocks()));
    keys.put("attn_resolutions", join(spec.attnResolutions()));
    keys.put("channels_per_head", Integer.toString(spec.channelsPerHead()));
    return keys;
  }

  /** One number where all levels have as many. */
  private static String blocks(List<Integer> ofLevels) {
    return join(Set.copyOf(ofLevels).size() == 1 ? ofLevels.subList(0, 1) : ofLevels);
  }

  private static String join(Iterable<Integer> numbers) {
    StringBuilder text = new StringBuilder();
    numbers.forEach(number -> text.append(text.isEmpty() ? "" : ",").append(number));
    return text.toString();
  }

  private static ArchitectureSpec read(
      Section section,
      int imgResolution,
      int imgChannels,
      int labelDim,
      Optional<BranchSpec> defaultBranch) {
    int modelChannels = section.integer("model_channels");
    List<Integer> channelMult = section.integers("channel_mult");
    List<Integer> numBlocks = section.integers("num_blocks");
    Set<Integer> attnResolutions = new TreeSet<>(section.integers("attn_resolutions"));
    int channelsPerHead = section.integer("channels_per_head");
    BranchSpec base =
        defaultBranch
            .map(branch -> BranchYaml.read(section, branch))
            .orElseGet(() -> BranchYaml.read(section));
    try {
      ArchitectureSpec spec =
          ArchitectureSpec.builder()
              .imgResolution(imgResolution)
              .imgChannels(imgChannels)
              .labelDim(labelDim)
              .modelChannels(modelChannels)
              .channelMult(channelMult)
              .numBlocks(numBlocks)
              .attnResolutions(attnResolutions)
              .channelsPerHead(channelsPerHead)
              .branches(BranchAssignment.uniform(base))
              .build();
      return BranchOverrides.read(section, spec).map(spec::withBranches).orElse(spec);
    } catch (InvalidArchitectureException e) {
      // The images' size and classes come from the data set.
      throw section.has(e.key()) ? section.error(e.key(), e.rule()) : section.error(e.getMessage());
    }
  }

  /** Refuses attention where there is no level; it would change nothing. */
  private static void requireLevels(Section section, ArchitectureSpec spec) {
    List<Integer> levels =
        IntStream.range(0, spec.channelMult().size())
            .mapToObj(level -> spec.imgResolution() >> level)
            .toList();
    for (int resolution : spec.attnResolutions()) {
      if (!levels.contains(resolution)) {
        throw section.error(
            "attn_resolutions",
            "no level has %d pixels; the levels have %s"
                .formatted(
                    resolution,
                    levels.stream().map(String::valueOf).collect(Collectors.joining(", "))));
      }
    }
  }
}
