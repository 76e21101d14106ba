package org.edm2search.cli.output;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log file, which takes what libraries have to say. It is created with its first line, so a
 * command without anything to log writes nothing.
 */
public final class Logs {

  private static final String FILE_NAME = "edm2-search.log";

  private static @Nullable Path current;

  private Logs() {}

  /**
   * Returns where commands outside a campaign log: under XDG_STATE_HOME, or {@code ~/.local/state}.
   */
  public static Path defaultFile(Map<String, String> environment, Path home) {
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    Path root = state.isEmpty() ? home.resolve(".local/state") : Path.of(state);
    return root.resolve("edm2-search").resolve(FILE_NAME);
  }

  /** Returns where the commands that write a campaign log. */
  public static Path campaignFile(Path campaignDirectory) {
    return campaignDirectory.resolve("logs").resolve(FILE_NAME);
  }

  /** Sends everything logged from now on to a file. */
  public static synchronized void to(Path file) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    LazyFileAppender appender = new LazyFileAppender(file);
    appender.setContext(context);
    appender.start();
    root.addAppender(appender);
    current = file;
  }

  /** Returns the file in use; null before there is one. */
  public static synchronized @Nullable Path file() {
    return current;
  }

  /** Logs more of what this program does. */
  public static void verbose() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.getLogger("org.edm2search").setLevel(Level.DEBUG);
    }
  }

  /** Logs each line that libraries print, at DEBUG: that keeps them off the terminal. */
  public static void takeStandardStreams() {
    System.setOut(logging("stdout"));
    System.setErr(logging("stderr"));
  }

  private static PrintStream logging(String loggerName) {
    Logger logger = LoggerFactory.getLogger(loggerName);
    return new PrintStream(new Lines(logger), true, StandardCharsets.UTF_8);
  }

  private static final class Lines extends OutputStream {
    private final Logger logger;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    Lines(Logger logger) {
      this.logger = logger;
    }

    @Override
    public synchronized void write(int b) {
      if (b == '\n') {
        logger.debug(line.toString(StandardCharsets.UTF_8));
        line.reset();
      } else if (b != '\r') {
        line.write(b);
      }
    }
  }
}
