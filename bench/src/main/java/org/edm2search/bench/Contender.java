package org.edm2search.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A process that runs a step when told, and says how long it took. */
final class Contender implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.shared();

  private final String name;
  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;
  private long peakBytes;
  private long parameters;

  Contender(String name, List<String> command, Map<String, String> environment) {
    this.name = name;
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    requests = process.outputWriter();
    answers = process.inputReader();
  }

  String name() {
    return name;
  }

  /** Sends a request and returns the seconds that it took. */
  double run(Map<String, Object> request) {
    try {
      requests.write(JSON.writeValueAsString(request));
      requests.newLine();
      requests.flush();
      String line = answers.readLine();
      while (line != null && !line.startsWith("{")) {
        line = answers.readLine();
      }
      if (line == null) {
        throw new IllegalStateException(name + " ended without an answer to " + request);
      }
      JsonNode answer = JSON.readTree(line);
      peakBytes = answer.get("rss").asLong();
      parameters = answer.get("parameters").asLong();
      return answer.get("seconds").asDouble();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the peak resident memory so far. */
  long peakBytes() {
    return peakBytes;
  }

  long parameters() {
    return parameters;
  }

  @Override
  public void close() {
    try {
      requests.close();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
