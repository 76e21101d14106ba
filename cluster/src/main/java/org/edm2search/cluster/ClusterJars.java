package org.edm2search.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.edm2search.pipeline.worker.WorkerMain;
import org.edm2search.space.base.Edm2SearchException;

/** Which jars machines of a cluster get from here. */
final class ClusterJars {

  private ClusterJars() {}

  /** The program's own jars and the libraries beside them, but Spark's. */
  static List<String> program() {
    List<String> jars = new ArrayList<>(jarsIn(folder(jar(WorkerMain.class))));
    jars.add(jar(SparkEngine.class).toString());
    return jars;
  }

  /** Spark and what writes its logs, for nodes that have Java only. */
  static List<String> spark() {
    Path spark = folder(jar(SparkConf.class));
    List<String> jars = new ArrayList<>(jarsIn(spark));
    jars.remove(jar(SparkEngine.class).toString());
    Path logging = spark.resolve("executor");
    if (Files.isDirectory(logging)) {
      jars.addAll(jarsIn(logging));
    }
    return jars;
  }

  private static Path folder(Path jar) {
    return Objects.requireNonNull(jar.getParent(), "a jar lies in a directory");
  }

  private static List<String> jarsIn(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(Path::toString).filter(file -> file.endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path jar(Class<?> type) {
    try {
      Path jar = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (!Files.isRegularFile(jar)) {
        throw new Edm2SearchException(
            "a cluster needs the program as jars, but %s is a directory".formatted(jar));
      }
      return jar;
    } catch (URISyntaxException e) {
      throw new Edm2SearchException("the program's own jar cannot be found", e);
    }
  }
}
