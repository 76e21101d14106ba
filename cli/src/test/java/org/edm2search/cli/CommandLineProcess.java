package org.edm2search.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The program in a process of its own, as a user starts it. */
final class CommandLineProcess {

  /** Folder of temporary files, below the directory a process is given. */
  static final String TEMPORARY = "temporary";

  /**
   * Options of programs that run for seconds: thorough compilation and a concurrent collector would
   * take a third of their time. Workers inherit them.
   */
  static final List<String> BRIEF = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private static final long LONGEST_MINUTES = 5;

  private final Process process;
  private final Path out;
  private final Path err;

  private CommandLineProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Starts a command in a directory, which also takes what it logs and prints. */
  static CommandLineProcess start(Path directory, Object... arguments) throws IOException {
    return start(java(), directory, arguments);
  }

  /** Returns the words that start the program from the classes that are tested. */
  static List<String> java() {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(BRIEF);
    words.addAll(
        List.of(
            "-Xmx1g",
            "-Djava.awt.headless=true",
            "-cp",
            System.getProperty("java.class.path"),
            "org.edm2search.cli.Main"));
    return List.copyOf(words);
  }

  /** Does the same with the start script of a distribution. */
  static CommandLineProcess launch(Path script, Path directory, Object... arguments)
      throws IOException {
    return start(List.of("sh", script.toString()), directory, arguments);
  }

  /** Starts a command of a program that is given in words. */
  static CommandLineProcess start(List<String> program, Path directory, Object... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(program);
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Path out = Files.createTempFile(directory, "command", ".out");
    Path err = Files.createTempFile(directory, "command", ".err");
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("XDG_STATE_HOME", directory.resolve("state").toString());
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    // What is left behind there is this process's own.
    Path temporary = Files.createDirectories(directory.resolve(TEMPORARY));
    temporary.toFile().setWritable(true, false); // for tests as another user
    builder
        .environment()
        .put("EDM2_SEARCH_JAVA_OPTS", String.join(" ", BRIEF) + " -Djava.io.tmpdir=" + temporary);
    return new CommandLineProcess(
        builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start(), out, err);
  }

  /** Runs a command to its end. */
  static Captured run(Path directory, Object... arguments) throws Exception {
    return start(directory, arguments).await();
  }

  /** Waits until the process ends. */
  Captured await() throws Exception {
    return Captured.await(process, out, err);
  }

  /** Waits until standard error says something. */
  void awaitError(String text) throws Exception {
    await(err, text);
  }

  /** Waits until standard error says something for the so manyth time. */
  void awaitError(String text, int times) throws Exception {
    await(err, said -> said.split(Pattern.quote(text), -1).length > times, text);
  }

  /** Waits until standard output says something, and returns all it said. */
  String awaitOutput(String text) throws Exception {
    return await(out, text);
  }

  private String await(Path said, String text) throws Exception {
    return await(said, all -> all.contains(text), text);
  }

  private String await(Path said, Predicate<String> enough, String text) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(LONGEST_MINUTES);
    while (!enough.test(Files.readString(said, StandardCharsets.UTF_8))) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new AssertionError("was not said: " + text + "; " + Files.readString(err));
      }
      Thread.sleep(20);
    }
    return Files.readString(said, StandardCharsets.UTF_8);
  }

  /** Sends any signal. */
  void signal(String name) throws Exception {
    signal(name, process.pid());
  }

  static void signal(String name, long process) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process)).start().waitFor();
  }

  /** Returns whether the process has not ended. */
  boolean alive() {
    return process.isAlive();
  }

  /** Returns the processes it started. */
  List<ProcessHandle> children() {
    return process.children().toList();
  }

  /** Sends SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Sends SIGTERM, like Ctrl-C a wish to end. */
  void terminate() {
    process.destroy();
  }
}
