package org.edm2search.campaign.worker;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.edm2search.campaign.TrialEnd;
import org.edm2search.space.base.Edm2SearchException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The form messages have between processes: a JSON object a line, in UTF-8. What native libraries
 * print may come in between; each message therefore begins on a line of its own, and lines that do
 * not begin like an object are other output. Anything else that is not a message is an error.
 */
final class Wire {

  /** Longest line, bytes. */
  static final int LONGEST_LINE = 1 << 20;

  private static final int LONGEST_TEXT = 1 << 18;
  private static final int DEEPEST = 16;
  private static final int MAX_TRIAL = 1_000_000;

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Order.Run.class, name = "run"),
    @JsonSubTypes.Type(value = Order.GoOn.class, name = "go_on"),
    @JsonSubTypes.Type(value = Order.Stop.class, name = "stop")
  })
  private interface OrderTypes {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = News.Ready.class, name = "ready"),
    @JsonSubTypes.Type(value = News.Unable.class, name = "unable"),
    @JsonSubTypes.Type(value = News.Progressed.class, name = "progress"),
    @JsonSubTypes.Type(value = News.Point.class, name = "point"),
    @JsonSubTypes.Type(value = News.Ended.class, name = "ended")
  })
  private interface NewsTypes {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "how")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = TrialEnd.Measured.class, name = "measured"),
    @JsonSubTypes.Type(value = TrialEnd.Screened.class, name = "screened"),
    @JsonSubTypes.Type(value = TrialEnd.Failed.class, name = "failed"),
    @JsonSubTypes.Type(value = TrialEnd.Stopped.class, name = "stopped")
  })
  private interface EndTypes {}

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxDocumentLength(LONGEST_LINE)
                          .maxStringLength(LONGEST_TEXT)
                          .maxNestingDepth(DEEPEST)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .addMixIn(Order.class, OrderTypes.class)
          .addMixIn(News.class, NewsTypes.class)
          .addMixIn(TrialEnd.class, EndTypes.class)
          .build();

  private Wire() {}

  // ---------------------------------------------------------------- writing

  static void write(OutputStream out, Order order) throws IOException {
    line(out, text(order));
  }

  /** Returns an order as a line without its end. */
  static String text(Order order) {
    return MAPPER.writerFor(Order.class).writeValueAsString(order);
  }

  static void write(OutputStream out, News news) throws IOException {
    line(out, MAPPER.writerFor(News.class).writeValueAsString(news));
  }

  private static void line(OutputStream out, String json) throws IOException {
    synchronized (out) {
      out.write(("\n" + json + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }

  // ---------------------------------------------------------------- reading

  /** Returns the next order, empty at the end. */
  static Optional<Order> readOrder(InputStream in, Consumer<String> otherLines) throws IOException {
    return read(in, Order.class, otherLines);
  }

  /** Returns the next news, empty at the end. */
  static Optional<News> readNews(InputStream in, Consumer<String> otherLines) throws IOException {
    return read(in, News.class, otherLines);
  }

  /** Returns the news that a line says. */
  static News news(String line) {
    return parse(line, News.class);
  }

  private static <M> Optional<M> read(InputStream in, Class<M> type, Consumer<String> otherLines)
      throws IOException {
    while (true) {
      Optional<String> line = line(in);
      if (line.isEmpty()) {
        return Optional.empty();
      }
      if (line.get().startsWith("{")) {
        return Optional.of(parse(line.get(), type));
      }
      if (!line.get().isBlank()) {
        otherLines.accept(line.get());
      }
    }
  }

  private static <M> M parse(String line, Class<M> type) {
    try {
      return MAPPER.readValue(line, type);
    } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
      throw new Edm2SearchException(
          "this line is not a message: %s (%s)"
              .formatted(
                  line.length() <= 80 ? line : line.substring(0, 80) + "...",
                  e instanceof JacksonException json ? json.getOriginalMessage() : e.getMessage()),
          e);
    }
  }

  /** The next line without its end, empty at the end of the stream. */
  private static Optional<String> line(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int next = in.read();
    if (next < 0) {
      return Optional.empty();
    }
    while (next >= 0 && next != '\n') {
      if (bytes.size() == LONGEST_LINE) {
        throw new Edm2SearchException(
            "a line is longer than %d bytes and can be no message".formatted(LONGEST_LINE));
      }
      bytes.write(next);
      next = in.read();
    }
    return Optional.of(bytes.toString(StandardCharsets.UTF_8));
  }

  // ---------------------------------------------------------------- rules

  static void requireTrial(int trial) {
    if (trial < 0 || trial > MAX_TRIAL) {
      throw new IllegalArgumentException(
          "a trial's number is 0 to %d, but is %d".formatted(MAX_TRIAL, trial));
    }
  }

  static void requireText(String name, String text) {
    if (text.isEmpty() || text.length() > LONGEST_TEXT) {
      throw new IllegalArgumentException(
          "%s must have 1 to %d characters, but has %d"
              .formatted(name, LONGEST_TEXT, text.length()));
    }
  }
}
