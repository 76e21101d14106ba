package org.edm2search.cluster;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * A cluster whose servers are processes of their own, by the script that users have, and from the
 * jars of the class path.
 */
final class ScriptCluster implements AutoCloseable {

  private final Path script;
  private final Path directory;
  private final String port;
  private final List<String> program = new ArrayList<>();

  private ScriptCluster(String script, Path directory) throws IOException {
    this.script = Path.of(script).toAbsolutePath();
    this.directory = directory;
    try (ServerSocket free = new ServerSocket(0)) {
      this.port = Integer.toString(free.getLocalPort());
    }
    Path lib = Files.createDirectories(directory.resolve("lib"));
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String entry : classPath.split(File.pathSeparator)) {
      Path path = Path.of(entry).toAbsolutePath();
      String name = "%03d-%s".formatted(program.size(), path.getFileName());
      if (Files.isDirectory(path) && !path.endsWith("test-classes")) {
        program.add(pack(path, directory.resolve(name + ".jar")));
      } else if (Files.isRegularFile(path)) {
        if (!name.contains("minicluster")) {
          program.add(path.toString());
        }
        if (!path.startsWith(Path.of("..").toAbsolutePath().normalize())) {
          // A test that was killed left its links.
          Files.deleteIfExists(lib.resolve(name));
          Files.createSymbolicLink(lib.resolve(name), path);
        }
      }
    }
  }

  private static String pack(Path classes, Path jar) {
    int code =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "-c",
                "-0",
                "-M",
                "-f",
                jar.toString(),
                "-C",
                classes.toString(),
                ".");
    if (code != 0) {
      throw new IllegalStateException("jar ended with " + code);
    }
    return jar.toString();
  }

  /** Starts a cluster by {@code standalone} or {@code yarn}. */
  static ScriptCluster start(String script, Path directory, int workers) throws Exception {
    ScriptCluster cluster = new ScriptCluster(script, directory);
    cluster.say("start", Integer.toString(workers));
    return cluster;
  }

  private void say(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put("EDM2_SEARCH_CLUSTER", directory.toString());
    builder.environment().put("EDM2_SEARCH_CLUSTER_LIB", directory.resolve("lib").toString());
    builder.environment().put("EDM2_SEARCH_CLUSTER_PORT", port);
    Process process = builder.start();
    if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
      throw new IllegalStateException("the cluster does not " + words[0]);
    }
  }

  String master() {
    return "spark://127.0.0.1:" + port;
  }

  /** Returns jars of everything on the class path. */
  List<String> programJars() {
    return List.copyOf(program);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    say("stop");
    // Links that a clean-up of the directory would warn of one by one.
    for (String folder : List.of("lib", "jars")) {
      try (Stream<Path> links = Files.list(directory.resolve(folder))) {
        for (Path link : links.toList()) {
          Files.delete(link);
        }
      }
    }
  }
}
