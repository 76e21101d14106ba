package org.edm2search.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The real start script and the real program, laid out as the distribution that users unpack. */
final class Launcher {

  private final Path directory;
  private final Path script;

  private Launcher(Path directory, Path script) {
    this.directory = directory;
    this.script = script;
  }

  /** Unpacks the distribution into a directory, which becomes the program's working directory. */
  static Launcher in(Path directory) throws IOException {
    Path bin = Files.createDirectories(directory.resolve("distribution/bin"));
    Path lib = Files.createDirectories(directory.resolve("distribution/lib"));
    Path script = bin.resolve("edm2-search");
    Files.copy(Path.of("..", "edm2-search"), script);
    // One jar that names everything this test runs with: the modules are not packaged yet.
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            Stream.of(System.getProperty("java.class.path").split(":"))
                .map(entry -> Path.of(entry).toUri().toString())
                .collect(Collectors.joining(" ")));
    try (OutputStream out = Files.newOutputStream(lib.resolve("program.jar"))) {
      new JarOutputStream(out, manifest).close();
    }
    return new Launcher(directory, script);
  }

  /** Runs a command to its end. */
  Captured run(Object... arguments) throws Exception {
    return shell(Map.of(), "exec \"$PROGRAM\" \"$@\"", arguments);
  }

  /**
   * Runs a line of a shell.
   *
   * @param environment variables besides this process's
   * @param line calls the program as {@code "$PROGRAM"}
   * @param arguments of the line: {@code $1} and so on
   */
  Captured shell(Map<String, String> environment, String line, Object... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", "-c", line, "sh"));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Path out = Files.createTempFile(directory, "command", ".out");
    Path err = Files.createTempFile(directory, "command", ".err");
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().remove("LC_ALL");
    builder.environment().put("PROGRAM", script.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder
        .environment()
        .put("EDM2_SEARCH_JAVA_OPTS", "-Xmx1g " + String.join(" ", CommandLineProcess.BRIEF));
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.environment().put("XDG_STATE_HOME", directory.resolve("state").toString());
    builder.environment().putAll(environment);
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    process.getOutputStream().close();
    return Captured.await(process, out, err);
  }
}
