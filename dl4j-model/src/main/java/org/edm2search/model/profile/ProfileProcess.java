package org.edm2search.model.profile;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.ArchitectureYaml;

/**
 * Measures in a process of its own, which sees one network only and whose death, such as by the
 * kernel when memory runs out, is a result and not the end of the program.
 */
public final class ProfileProcess {

  private static final String END = "profile-end";
  private static final int POLL_MILLIS = 200;

  /** The shell's exit code for SIGKILL, which Java shares. */
  private static final int KILLED = 137;

  private final int threads;
  private final ProfileListener listener;

  /**
   * Prepares measurements.
   *
   * @param threads of the numerical library
   */
  public ProfileProcess(int threads, ProfileListener listener) {
    this.threads = threads;
    this.listener = listener;
  }

  /** Returns the multiply-adds per second of a large float32 matrix product. */
  public double matrixMultiplyPeak() {
    return Double.parseDouble(run(List.of(ProfileMain.MATRIX_MULTIPLY), ""));
  }

  /**
   * Times a pass of a network with random weights.
   *
   * @param pass its batch is halved until it fits in 60 % of the machine's memory
   * @throws Edm2SearchException saying why it could not be measured
   */
  public PassProfile measure(ArchitectureSpec architecture, Pass pass, Repetition repetition) {
    String result =
        run(
            List.of(
                pass.kind().name(),
                Integer.toString(pass.batch()),
                Integer.toString(repetition.runs()),
                Double.toString(repetition.seconds())),
            ArchitectureYaml.write(architecture));
    return ProfileMain.parse(pass.kind(), result);
  }

  private String run(List<String> arguments, String input) {
    try {
      Process process = start(arguments);
      Thread companion = new Thread(process::destroyForcibly, "profile-companion");
      Runtime.getRuntime().addShutdownHook(companion);
      try {
        try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
          stdin.write(input);
        }
        return follow(process);
      } finally {
        process.destroyForcibly();
        removeHook(companion);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the measuring process cannot be started", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Edm2SearchException("interrupted while measuring", e);
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The program is ending: the hook runs, as it should.
    }
  }

  private Process start(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Java objects shall not blur the network's memory; what fits is decided before allocating.
    command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC"));
    command.addAll(
        List.of("-Dorg.bytedeco.javacpp.maxbytes=0", "-Dorg.bytedeco.javacpp.maxphysicalbytes=0"));
    command.addAll(List.of("-Djava.awt.headless=true", "-Dfile.encoding=UTF-8"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(ProfileMain.class.getName());
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
    return builder.start();
  }

  /** Passes steps on until the process has answered or ended. */
  private String follow(Process process) throws InterruptedException {
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    Thread reader = new Thread(() -> read(process, lines), "profile-reader");
    reader.setDaemon(true);
    reader.start();
    String step = "starting";
    long began = System.nanoTime();
    while (true) {
      String line = lines.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
      if (line == null) {
        listener.measuring(step, (System.nanoTime() - began) / 1e9);
      } else if (line.startsWith(ProfileMain.STEP)) {
        step = line.substring(ProfileMain.STEP.length());
        began = System.nanoTime();
        listener.measuring(step, 0);
      } else if (line.startsWith(ProfileMain.RESULT)) {
        return line.substring(ProfileMain.RESULT.length());
      } else if (line.startsWith(ProfileMain.FAILURE)) {
        throw new Edm2SearchException(line.substring(ProfileMain.FAILURE.length()));
      } else if (line.equals(END)) {
        throw new Edm2SearchException(death(process.waitFor(), step));
      }
    }
  }

  private static void read(Process process, BlockingQueue<String> lines) {
    try (BufferedReader stdout = process.inputReader(StandardCharsets.UTF_8)) {
      stdout.lines().forEach(lines::add);
    } catch (IOException | UncheckedIOException e) {
      // Its end is all that matters.
    } finally {
      lines.add(END);
    }
  }

  private static String death(int exitCode, String step) {
    return exitCode == KILLED
        ? "was killed while %s: probably out of memory".formatted(step)
        : "ended with exit code %d while %s".formatted(exitCode, step);
  }
}
