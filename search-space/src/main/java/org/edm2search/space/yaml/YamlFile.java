package org.edm2search.space.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** Turns bytes into a tree of nodes, within bounds: size, depth, no aliases, no tags. */
final class YamlFile {

  static final int MAX_BYTES = 1 << 20;
  static final int MAX_DEPTH = 32;

  private YamlFile() {}

  static String read(Path path) {
    String file = path.toString();
    if (Files.isDirectory(path)) {
      throw new InvalidConfigException(file, "is a directory, but a YAML file is needed");
    }
    if (!Files.exists(path)) {
      throw new InvalidConfigException(file, "no such file");
    }
    // Opening a pipe would wait for a writer, and its text is gone once it was read.
    if (!Files.isRegularFile(path)) {
      throw new InvalidConfigException(
          file, "is a pipe or a device, but a YAML file is needed; save the text first");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(path)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw new InvalidConfigException(file, "cannot be read: " + e);
    }
    if (bytes.length > MAX_BYTES) {
      throw tooLarge(file);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidConfigException(file, "is not UTF-8 text, so not a YAML file");
    }
  }

  /** Parses the one document of a text, which must be a mapping. */
  static MappingNode compose(String text, String file) {
    if (text.length() > MAX_BYTES) {
      throw tooLarge(file);
    }
    String yaml = text.startsWith("\uFEFF") ? text.substring(1) : text;
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setUseMarks(true)
            .setAllowNonScalarKeys(true)
            .setCodePointLimit(MAX_BYTES)
            .build();
    try {
      checkEvents(new Parse(settings).parseString(yaml), file);
      Optional<Node> root = new Compose(settings).composeString(yaml);
      if (root.isEmpty()) {
        throw new InvalidConfigException(file, "is empty, but must hold 'key: value' lines");
      }
      if (root.get() instanceof MappingNode mapping) {
        return mapping;
      }
      throw at(file, root.get().getStartMark(), "must hold 'key: value' lines at the top level");
    } catch (MarkedYamlEngineException e) {
      throw at(file, e.getProblemMark().or(e::getContextMark), notYaml(e));
    } catch (ReaderException e) {
      throw new InvalidConfigException(
          file, "is not a text file: unprintable character at position " + e.getPosition());
    } catch (YamlEngineException e) {
      throw new InvalidConfigException(file, "not valid YAML: " + e.getMessage());
    }
  }

  private static void checkEvents(Iterable<Event> events, String file) {
    int depth = 0;
    int documents = 0;
    for (Event event : events) {
      if (event instanceof CollectionStartEvent start) {
        if (++depth > MAX_DEPTH) {
          throw at(file, event.getStartMark(), "nested deeper than %d".formatted(MAX_DEPTH));
        }
        rejectTag(start.getTag(), event, file);
      } else if (event instanceof CollectionEndEvent) {
        depth--;
      } else if (event instanceof ScalarEvent scalar) {
        rejectTag(scalar.getTag(), event, file);
      } else if (event instanceof AliasEvent) {
        throw at(file, event.getStartMark(), "aliases (*name) are not supported, repeat the value");
      } else if (event instanceof DocumentStartEvent && ++documents > 1) {
        throw at(file, event.getStartMark(), "a second document starts, but only one is allowed");
      }
    }
  }

  private static void rejectTag(Optional<String> tag, Event event, String file) {
    if (tag.isPresent()) {
      throw at(file, event.getStartMark(), "tags are not supported: " + tag.get());
    }
  }

  private static String notYaml(MarkedYamlEngineException e) {
    String problem = e.getProblem();
    String remedy = problem.contains("TAB") ? "; indent with spaces, not tabs" : "";
    String context = e.getContext() == null ? "" : " (" + e.getContext() + ")";
    return "not valid YAML: " + problem + context + remedy;
  }

  private static InvalidConfigException at(String file, Optional<Mark> mark, String rule) {
    return new InvalidConfigException(
        file,
        mark.map(m -> m.getLine() + 1).orElse(0),
        mark.map(m -> m.getColumn() + 1).orElse(0),
        "",
        rule);
  }

  private static InvalidConfigException tooLarge(String file) {
    return new InvalidConfigException(file, "is larger than 1 MiB, the limit for a YAML file");
  }
}
