package org.edm2search.eval.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.edm2search.space.base.Edm2SearchException;
import org.jspecify.annotations.Nullable;

/** The one environment of ONNX Runtime that a process has. */
final class OnnxEnvironment {

  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
  private static final Path MAPPED_FILES = Path.of("/proc/self/maps");
  private static final String UNPACKED = "/onnxruntime-java";

  private static final long STACK_BYTES = 8 << 20;

  /** Measured with 1.29: 1 MiB of stack is too little for 4,000 characters, 32 MiB do for 10⁵. */
  private static final long STACK_BYTES_PER_CHARACTER = 512;

  private static @Nullable OrtEnvironment environment;

  private OnnxEnvironment() {}

  static synchronized OrtEnvironment get() {
    if (environment == null) {
      environment = create();
    }
    return environment;
  }

  /**
   * ONNX Runtime matches the process's command line with a recursive regular expression: with a
   * long one, the stack of an ordinary thread overflows, which ends the process.
   */
  private static OrtEnvironment create() {
    AtomicReference<OrtEnvironment> created = new AtomicReference<>();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    long stack = STACK_BYTES + STACK_BYTES_PER_CHARACTER * commandLineLength();
    Thread thread =
        new Thread(
            null,
            () ->
                created.set(
                    OrtEnvironment.getEnvironment(
                        OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "edm2-search")),
            "onnx-environment",
            stack);
    thread.setUncaughtExceptionHandler((ended, thrown) -> failure.set(thrown));
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Edm2SearchException("interrupted while ONNX Runtime was loaded", e);
    }
    OrtEnvironment loaded = created.get();
    if (loaded == null) {
      throw new Edm2SearchException(
          "ONNX Runtime cannot be loaded: " + failure.get(), failure.get());
    }
    deleteUnpacked();
    return loaded;
  }

  private static long commandLineLength() {
    try {
      return Files.readAllBytes(COMMAND_LINE).length;
    } catch (IOException e) {
      return 0; // no such file outside Linux
    }
  }

  /**
   * Deletes the native libraries that were unpacked into the temporary directory. Once loaded they
   * are not needed there, and a process that is killed could not delete them.
   */
  private static void deleteUnpacked() {
    Set<Path> mapped;
    try (Stream<String> lines = Files.lines(MAPPED_FILES)) {
      mapped =
          lines
              .filter(line -> line.contains(UNPACKED))
              .map(line -> Path.of(line.substring(line.indexOf('/'))))
              .collect(Collectors.toSet());
    } catch (IOException | UncheckedIOException e) {
      return; // outside Linux ONNX Runtime deletes them at the end
    }
    for (Path library : mapped) {
      try {
        Files.deleteIfExists(library);
      } catch (IOException e) {
        return;
      }
    }
    mapped.stream().map(Path::getParent).distinct().forEach(folder -> folder.toFile().delete());
  }
}
