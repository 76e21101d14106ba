package org.edm2search.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.spi.ToolProvider;

/** The program as it is shipped, made of the classes that are tested: the start script and jars. */
final class Distribution {

  private Distribution() {}

  /** Unpacks it below a directory and returns the start script. */
  static Path unpack(Path directory) throws IOException {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Path lib = Files.createDirectories(directory.resolve("lib"));
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    int number = 0;
    for (String entry : classPath.split(File.pathSeparator)) {
      Path path = Path.of(entry).toAbsolutePath();
      Path jar = lib.resolve("%03d.jar".formatted(number++));
      if (Files.isRegularFile(path)) {
        take(path, jar);
      } else if (Files.isDirectory(path) && !path.endsWith("test-classes")) {
        pack(path, jar);
      }
    }
    return Files.copy(Path.of("..", "edm2-search"), bin.resolve("edm2-search"));
  }

  /** A hard link can be read by users who cannot enter the repository it comes from. */
  private static void take(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (IOException | UnsupportedOperationException e) {
      Files.copy(from, to);
    }
  }

  private static void pack(Path classes, Path jar) {
    int code =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "--create",
                "--no-compress",
                "--no-manifest",
                "--file",
                jar.toString(),
                "-C",
                classes.toString(),
                ".");
    if (code != 0) {
      throw new IllegalStateException("jar ended with " + code);
    }
  }
}
