package org.edm2search.cli.output;

import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.FileAppender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/** Appends to a file that is created with the first line. Thread-safe. */
final class LazyFileAppender extends AppenderBase<ILoggingEvent> {

  private static final long LARGE_BYTES = 10 << 20;

  private final Path file;
  private @Nullable FileAppender<ILoggingEvent> target;

  LazyFileAppender(Path file) {
    this.file = file;
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (target == null) {
      target = open();
    }
    target.doAppend(event);
  }

  private FileAppender<ILoggingEvent> open() {
    keepLargeAside();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(getContext());
    encoder.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSS} %-5level [%thread] %logger{36} - %msg%n");
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.start();
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setContext(getContext());
    appender.setFile(file.toString());
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }

  /** A log that has grown large becomes the one old log. */
  private void keepLargeAside() {
    try {
      if (Files.exists(file) && Files.size(file) > LARGE_BYTES) {
        Files.move(
            file,
            file.resolveSibling(file.getFileName() + ".old"),
            StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      addWarn(file + " stays as it is", e);
    }
  }

  @Override
  public void stop() {
    if (target != null) {
      target.stop();
    }
    super.stop();
  }
}
