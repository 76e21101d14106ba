package org.edm2search.campaign.journal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.edm2search.campaign.store.DocumentValues;
import org.edm2search.campaign.store.TrialDocuments;
import org.edm2search.campaign.trial.LossCurve;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.LossPoint;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The form of a journal: JSON objects, one a line, in UTF-8.
 *
 * <pre>
 * {"journal":1,"seq":17}
 * {"seq":17,"campaign":{…}}
 * {"seq":18,"trials":[{"number":0,…}],"refused":[{…}]}
 * {"seq":19,"attempts":[{…}]}
 * {"seq":20,"progress":[{…}],"ends":[[0,2048]],"curves":[{"trial":0,"images":[1024,2048],"loss":[0.9,0.7]}]}
 * </pre>
 *
 * {@code seq} is the store's revision after the transaction. {@code ends} says how far the curves
 * of the line go, and {@code curves} is the last member, so that a reader can put curves off until
 * somebody asks for one. Members that are not known are left out.
 */
final class JournalFormat {

  /** Version of the form that this program writes, and the newest one it reads. */
  static final int VERSION = 1;

  /** Longest line that is read, bytes: more than the largest YAML file, escaped. */
  static final int LONGEST_LINE = 8 << 20;

  private static final int DEEPEST = 12;
  private static final int MOST_TRIALS = 1_000_000;

  /** Reads without a mapper, whose start takes longer than a short journal. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(LONGEST_LINE)
                  .maxStringLength(LONGEST_LINE)
                  .maxNestingDepth(DEEPEST)
                  .build())
          .build();

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private JournalFormat() {}

  /** How far the curve of a trial goes. */
  record End(int trial, long images) {}

  /**
   * A line, its curves not yet read.
   *
   * @param header version of the form, if this is the first line
   */
  record Line(OptionalLong header, long revision, JournalEntry entry, List<End> ends) {}

  // ---------------------------------------------------------------- writing

  static byte[] header(long revision) {
    ObjectNode node = NODES.objectNode();
    node.put("journal", VERSION);
    node.put("seq", revision);
    return line(node);
  }

  static byte[] write(long revision, JournalEntry entry) {
    ObjectNode node = NODES.objectNode();
    node.put("seq", revision);
    entry.campaign().ifPresent(record -> node.set("campaign", TrialDocuments.write(record)));
    add(node, "trials", entry.trials(), TrialDocuments::write);
    add(node, "attempts", entry.attempts(), TrialDocuments::write);
    add(node, "refused", entry.rejections(), TrialDocuments::write);
    add(node, "progress", entry.progress(), TrialDocuments::write);
    add(node, "ends", entry.curves(), JournalFormat::end);
    add(node, "curves", entry.curves(), JournalFormat::curve);
    return line(node);
  }

  private static byte[] line(ObjectNode node) {
    byte[] text = JsonMapper.shared().writeValueAsBytes(node);
    byte[] line = Arrays.copyOf(text, text.length + 1);
    line[text.length] = '\n';
    return line;
  }

  private static <T> void add(
      ObjectNode node, String key, List<T> values, Function<T, JsonNode> write) {
    if (!values.isEmpty()) {
      ArrayNode array = node.putArray(key);
      values.forEach(value -> array.add(write.apply(value)));
    }
  }

  private static JsonNode end(LossCurve curve) {
    long last = curve.points().stream().mapToLong(LossPoint::images).max().orElse(0);
    return NODES.arrayNode().add(curve.trial()).add(last);
  }

  private static JsonNode curve(LossCurve curve) {
    ObjectNode node = NODES.objectNode();
    node.put("trial", curve.trial());
    ArrayNode images = node.putArray("images");
    ArrayNode loss = node.putArray("loss");
    for (LossPoint point : curve.points()) {
      images.add(point.images());
      loss.add(point.loss());
    }
    return node;
  }

  // ---------------------------------------------------------------- reading

  /**
   * Reads a line up to its curves.
   *
   * @throws RuntimeException if it is none: Jackson's, or an {@link IllegalArgumentException}
   */
  static Line read(byte[] bytes, int offset, int length) {
    OptionalLong header = OptionalLong.empty();
    long revision = 0;
    ObjectNode known = NODES.objectNode();
    try (JsonParser parser =
        FACTORY.createParser(ObjectReadContext.empty(), bytes, offset, length)) {
      require(parser.nextToken() == JsonToken.START_OBJECT, "a line is an object");
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        if (name.equals("curves")) {
          break;
        }
        parser.nextToken();
        switch (name) {
          case "journal" -> header = OptionalLong.of(parser.getLongValue());
          case "seq" -> revision = parser.getLongValue();
          case "campaign", "trials", "attempts", "refused", "progress", "ends" ->
              known.set(name, tree(parser));
          default -> parser.skipChildren();
        }
      }
    }
    JournalEntry entry =
        new JournalEntry(
            known.optional("campaign").map(TrialDocuments::campaign),
            all(known, "trials", node -> bounded(TrialDocuments.trial(node))),
            all(known, "attempts", TrialDocuments::attempt),
            all(known, "refused", TrialDocuments::rejection),
            List.of(),
            all(known, "progress", TrialDocuments::progress));
    return new Line(header, revision, entry, all(known, "ends", JournalFormat::end));
  }

  /** Reads the value that a parser stands at. */
  private static JsonNode tree(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        ObjectNode object = NODES.objectNode();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
          parser.nextToken();
          object.set(name, tree(parser));
        }
        yield object;
      }
      case START_ARRAY -> {
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(tree(parser));
        }
        yield array;
      }
      case VALUE_STRING -> NODES.stringNode(parser.getString());
      case VALUE_NUMBER_INT ->
          switch (parser.getNumberType()) {
            case INT -> NODES.numberNode(parser.getIntValue());
            case LONG -> NODES.numberNode(parser.getLongValue());
            default -> NODES.numberNode(parser.getBigIntegerValue());
          };
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
      case VALUE_TRUE, VALUE_FALSE -> NODES.booleanNode(parser.getBooleanValue());
      case VALUE_NULL -> NODES.nullNode();
      default -> throw new IllegalArgumentException("no value");
    };
  }

  private static Trial bounded(Trial trial) {
    require(trial.number() < MOST_TRIALS, "a campaign has fewer trials");
    return trial;
  }

  private static End end(JsonNode node) {
    require(
        node.size() == 2 && node.get(0).isInt() && node.get(1).canConvertToLong(),
        "an end is a trial and its images");
    return new End(node.get(0).intValue(), node.get(1).longValue());
  }

  /** Reads the points of a trial that a line adds. */
  static List<LossPoint> points(byte[] line, int trial) {
    List<LossPoint> points = new ArrayList<>();
    JsonNode all;
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), line)) {
      parser.nextToken();
      all = tree(parser);
    }
    for (JsonNode curve : all.path("curves")) {
      JsonNode images = curve.path("images");
      JsonNode loss = curve.path("loss");
      if (curve.path("trial").asInt(-1) == trial) {
        for (int i = 0; i < Math.min(images.size(), loss.size()); i++) {
          points.add(new LossPoint(images.get(i).longValue(), DocumentValues.number(loss.get(i))));
        }
      }
    }
    return points;
  }

  private static <T> List<T> all(JsonNode node, String key, Function<JsonNode, T> read) {
    List<T> values = new ArrayList<>();
    node.path(key).forEach(value -> values.add(read.apply(value)));
    return values;
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
