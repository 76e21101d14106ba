package org.edm2search.model.checkpoint;

import static org.edm2search.model.checkpoint.InvalidTensorFileException.quoted;

import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The header of a safetensors file. Parsed as a stream, so that memory stays within a small
 * multiple of the header's own size, and every rule is checked before a tensor is allocated.
 *
 * @param metadata free text by key
 * @param entries tensors in the order of their bytes, without gaps
 */
record SafetensorsHeader(Map<String, String> metadata, List<Entry> entries) {

  static final String METADATA = "__metadata__";
  private static final int ALIGNMENT = 8;
  private static final int MAX_RANK = 8;
  private static final long MAX_ELEMENTS = Integer.MAX_VALUE - 8;
  private static final int MAX_TEXT = 100_000_000;

  private static final JsonMapper JSON = new JsonMapper();
  private static final JsonFactory STREAM =
      JsonFactory.builder()
          // A file may hold any number of names, and each is used once.
          .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(8).maxStringLength(MAX_TEXT).build())
          .build();

  /**
   * Where a tensor is.
   *
   * @param begin first byte, counted from the end of the header
   * @param end byte after the last
   */
  record Entry(String name, ElementType type, List<Integer> shape, long begin, long end) {}

  /**
   * Parses and checks a header.
   *
   * @param json UTF-8
   * @param dataBytes bytes that follow the header, which the tensors must fill exactly
   * @throws InvalidTensorFileException naming the tensor and the rule
   */
  static SafetensorsHeader parse(Path file, byte[] json, long dataBytes) {
    if (json[0] != '{') {
      throw new InvalidTensorFileException(file, "the header must be a JSON object");
    }
    Reader text =
        new InputStreamReader(
            new ByteArrayInputStream(json),
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
    try (JsonParser parser = STREAM.createParser(ObjectReadContext.empty(), text)) {
      return new Parser(file, parser, dataBytes).header();
    } catch (JacksonException e) {
      throw new InvalidTensorFileException(
          file,
          e.getCause() instanceof CharacterCodingException
              ? "the header is not UTF-8"
              : "the header is not valid JSON: " + e.getOriginalMessage(),
          e);
    }
  }

  private record Parser(Path file, JsonParser parser, long dataBytes) {

    SafetensorsHeader header() {
      Map<String, String> metadata = null;
      Map<String, Entry> entries = new LinkedHashMap<>();
      parser.nextToken();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        if (!name.equals(METADATA)) {
          Entry entry = entry(name);
          if (entries.putIfAbsent(name, entry) != null) {
            throw invalid("tensor %s is declared twice".formatted(quoted(name)));
          }
        } else if (metadata == null) {
          metadata = metadata();
        } else {
          throw invalid("__metadata__ is declared twice");
        }
      }
      if (parser.nextToken() != null) {
        throw invalid("the header must be one JSON object, but more follows it");
      }
      return new SafetensorsHeader(
          metadata == null ? Map.of() : metadata, inOrder(entries.values()));
    }

    private Map<String, String> metadata() {
      Map<String, String> metadata = new TreeMap<>();
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw invalid("__metadata__ must be an object");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        if (parser.nextToken() != JsonToken.VALUE_STRING) {
          throw invalid("__metadata__ value of %s must be text".formatted(quoted(key)));
        }
        if (metadata.putIfAbsent(key, parser.getString()) != null) {
          throw invalid("__metadata__ has %s twice".formatted(quoted(key)));
        }
      }
      return metadata;
    }

    private Entry entry(String name) {
      ElementType type = null;
      List<Long> shape = null;
      List<Long> offsets = null;
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String key = parser.currentName();
          parser.nextToken();
          boolean twice =
              switch (key) {
                case "dtype" -> type != null;
                case "shape" -> shape != null;
                case "data_offsets" -> offsets != null;
                default -> false;
              };
          if (twice) {
            throw invalid("tensor %s has %s twice".formatted(quoted(name), key));
          }
          switch (key) {
            case "dtype" -> type = type(name);
            case "shape" -> shape = integers(name, key, MAX_RANK);
            case "data_offsets" -> offsets = integers(name, key, 2);
            default -> parser.skipChildren();
          }
        }
      }
      if (type == null || shape == null || offsets == null || offsets.size() != 2) {
        throw invalid("tensor %s needs dtype, shape and two data_offsets".formatted(quoted(name)));
      }
      return entry(name, type, shape, offsets.get(0), offsets.get(1));
    }

    private ElementType type(String name) {
      String type = parser.getValueAsString();
      return ElementType.of(type)
          .orElseThrow(
              () ->
                  invalid(
                      "tensor %s has type %s; only %s can be read"
                          .formatted(
                              quoted(name), quoted(type), Arrays.toString(ElementType.values()))));
    }

    private List<Long> integers(String name, String key, int most) {
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        throw invalid("%s of tensor %s must be a list".formatted(key, quoted(name)));
      }
      List<Long> integers = new ArrayList<>(4);
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (integers.size() == most) {
          throw invalid(
              "%s of tensor %s must have at most %d values".formatted(key, quoted(name), most));
        }
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
            || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
            || parser.getLongValue() < 0) {
          throw invalid(
              "%s of tensor %s must hold integers from 0 to 2^63-1, but has %s"
                  .formatted(key, quoted(name), quoted(parser.getString())));
        }
        integers.add(parser.getLongValue());
      }
      return integers;
    }

    private Entry entry(String name, ElementType type, List<Long> shape, long begin, long end) {
      List<Integer> dimensions = new ArrayList<>(shape.size());
      for (long dimension : shape) {
        if (dimension > MAX_ELEMENTS) {
          throw invalid("tensor %s has the dimension %d".formatted(quoted(name), dimension));
        }
        dimensions.add((int) dimension);
      }
      long elements = Tensor.elements(dimensions);
      if (elements > MAX_ELEMENTS) {
        throw invalid(
            "tensor %s of shape %s has more than %d elements"
                .formatted(quoted(name), dimensions, MAX_ELEMENTS));
      }
      if (end < begin) {
        throw invalid(
            "tensor %s ends at byte %d, before it starts at %d"
                .formatted(quoted(name), end, begin));
      }
      if (end - begin != elements * type.bytes()) {
        throw invalid(
            "tensor %s of shape %s and type %s needs %d bytes, but has %d"
                .formatted(quoted(name), dimensions, type, elements * type.bytes(), end - begin));
      }
      return new Entry(name, type, List.copyOf(dimensions), begin, end);
    }

    private List<Entry> inOrder(Iterable<Entry> entries) {
      List<Entry> inOrder = new ArrayList<>();
      entries.forEach(inOrder::add);
      inOrder.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
      long end = 0;
      for (Entry entry : inOrder) {
        if (entry.begin != end) {
          throw invalid(
              "tensor %s should start at byte %d, but starts at %d: tensors must not %s"
                  .formatted(
                      quoted(entry.name),
                      end,
                      entry.begin,
                      entry.begin < end ? "overlap" : "leave holes"));
        }
        end = entry.end;
      }
      if (end > dataBytes) {
        throw invalid(
            "truncated: the tensors need %d bytes, but only %d follow the header"
                .formatted(end, dataBytes));
      }
      if (end < dataBytes) {
        throw invalid("%d bytes follow the last tensor".formatted(dataBytes - end));
      }
      return inOrder;
    }

    private InvalidTensorFileException invalid(String rule) {
      return new InvalidTensorFileException(file, rule);
    }
  }

  /** Returns tensors as they are written: the widest elements first, so that all are aligned. */
  static List<Map.Entry<String, Tensor>> inWritingOrder(TensorFile content) {
    return content.tensors().entrySet().stream()
        .sorted(
            Comparator.comparingInt(
                    (Map.Entry<String, Tensor> entry) -> -entry.getValue().type().bytes())
                .thenComparing(Map.Entry::getKey))
        .toList();
  }

  /** Returns the header of tensors that follow each other in writing order, UTF-8. */
  static byte[] of(TensorFile content) {
    ObjectNode header = JSON.createObjectNode();
    if (!content.metadata().isEmpty()) {
      ObjectNode metadata = header.putObject(METADATA);
      content.metadata().forEach(metadata::put);
    }
    long offset = 0;
    for (Map.Entry<String, Tensor> entry : inWritingOrder(content)) {
      if (entry.getKey().equals(METADATA)) {
        throw new IllegalArgumentException("a tensor cannot be named " + METADATA);
      }
      Tensor tensor = entry.getValue();
      ObjectNode node = header.putObject(entry.getKey());
      node.put("dtype", tensor.type().name());
      tensor.shape().forEach(node.putArray("shape")::add);
      long end = offset + (long) tensor.size() * tensor.type().bytes();
      node.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] json = JSON.writeValueAsBytes(header);
    // Blanks at the end align the tensors.
    byte[] padded = Arrays.copyOf(json, (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }
}
