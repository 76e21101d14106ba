package org.edm2search.data.format;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.edm2search.data.InvalidDatasetException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * EDM2's {@code dataset.json}: {@code {"labels": [["00000/img00000000.png", 6], …]}}, or {@code
 * null} for no labels. A list {@code classes} of names is this project's addition, which EDM2 does
 * not read. Read in a stream, within limits.
 */
final class LabelFile {

  /** Name in a data set's root. */
  static final String NAME = "dataset.json";

  /** The most bytes of one: enough for ten million images. */
  static final long MAX_BYTES = 1L << 29;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(MAX_BYTES)
                  .maxNestingDepth(16)
                  .maxNumberLength(20)
                  .maxStringLength(4096)
                  .maxNameLength(4096)
                  .build())
          .build();

  private final String file;
  private final List<String> names;
  private final int[] labels;
  private boolean labelled;
  private List<String> classes = List.of();

  private LabelFile(String file, List<String> names) {
    this.file = file;
    this.names = names;
    this.labels = new int[names.size()];
    Arrays.fill(labels, -1);
  }

  /**
   * Reads the labels of images.
   *
   * @param file for messages
   * @param names the images, sorted
   */
  static ImageLabels read(String file, InputStream stream, List<String> names) {
    LabelFile reading = new LabelFile(file, names);
    try (JsonParser json =
        JSON.createParser(tools.jackson.core.ObjectReadContext.empty(), stream)) {
      reading.readFile(json);
    } catch (JacksonException e) {
      throw new InvalidDatasetException(file, "is not valid JSON: " + e.getOriginalMessage(), e);
    }
    return reading.result();
  }

  private void readFile(JsonParser json) {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw wrong(json, "must be an object with the key 'labels'");
    }
    boolean found = false;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      JsonToken value = json.nextToken();
      if (key.equals("labels")) {
        found = true;
        readLabels(json, value);
      } else if (key.equals("classes")) {
        readClasses(json, value);
      } else {
        json.skipChildren();
      }
    }
    if (!found) {
      throw wrong(json, "has no key 'labels'; write null for images without");
    }
  }

  private void readLabels(JsonParser json, JsonToken value) {
    if (value == JsonToken.VALUE_NULL) {
      return;
    }
    if (value != JsonToken.START_ARRAY) {
      throw wrong(json, "'labels' must be a list or null");
    }
    labelled = true;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      readPair(json);
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0) {
        throw new InvalidDatasetException(file, "has no label for " + names.get(i));
      }
    }
  }

  private void readPair(JsonParser json) {
    if (json.currentToken() != JsonToken.START_ARRAY
        || json.nextToken() != JsonToken.VALUE_STRING) {
      throw wrong(json, "a label must be a pair [\"FILE\", NUMBER]");
    }
    String name = json.getString();
    int index = Collections.binarySearch(names, name);
    if (index < 0) {
      throw wrong(json, "labels '%s', which is not among the images".formatted(name));
    }
    if (labels[index] >= 0) {
      throw wrong(json, "labels %s twice".formatted(name));
    }
    JsonToken value = json.nextToken();
    if (value == JsonToken.START_ARRAY) {
      throw wrong(json, name + " has a vector for a label; only class numbers are supported");
    }
    boolean whole = value == JsonToken.VALUE_NUMBER_INT;
    long label =
        whole && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER
            ? json.getLongValue()
            : -1;
    if (label < 0 || label >= ImageLabels.MAX_CLASSES) {
      throw wrong(
          json,
          "the label of %s must be a whole number from 0 to %d, but is %s"
              .formatted(name, ImageLabels.MAX_CLASSES - 1, json.getString()));
    }
    labels[index] = (int) label;
    if (json.nextToken() != JsonToken.END_ARRAY) {
      throw wrong(json, "a label must be a pair [\"FILE\", NUMBER]");
    }
  }

  private void readClasses(JsonParser json, JsonToken value) {
    if (value == JsonToken.VALUE_NULL) {
      return;
    }
    if (value != JsonToken.START_ARRAY) {
      throw wrong(json, "'classes' must be a list of names");
    }
    List<String> read = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_STRING
          || read.size() == ImageLabels.MAX_CLASSES
          || EntryNames.hasControls(json.getString())) {
        throw wrong(
            json,
            "'classes' must be a list of at most %d names".formatted(ImageLabels.MAX_CLASSES));
      }
      read.add(json.getString());
    }
    classes = List.copyOf(read);
  }

  private ImageLabels result() {
    if (!labelled) {
      return ImageLabels.none(labels.length);
    }
    ImageLabels numbered = ImageLabels.numbered(labels);
    if (classes.isEmpty()) {
      return numbered;
    }
    if (classes.size() < numbered.classes().size()) {
      throw new InvalidDatasetException(
          file,
          "names %d classes, but labels go up to %d"
              .formatted(classes.size(), numbered.classes().size() - 1));
    }
    return new ImageLabels(labels, classes);
  }

  private InvalidDatasetException wrong(JsonParser json, String rule) {
    return new InvalidDatasetException(
        file, "line %d: %s".formatted(json.currentTokenLocation().getLineNr(), rule));
  }
}
