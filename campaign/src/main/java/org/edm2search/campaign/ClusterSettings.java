package org.edm2search.campaign;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.edm2search.space.yaml.Section;

/**
 * Which machines trials run on where one is not enough: the keys that only {@code executor.kind:
 * spark} has.
 *
 * @param master Spark's master URL, such as {@code spark://host:7077}, {@code yarn} or {@code
 *     local[2]}
 * @param threads of the numerical library in each trial, and cores that its task takes
 * @param options further settings of Spark, by their full names
 */
public record ClusterSettings(String master, int threads, Map<String, String> options) {

  private static final int MOST_THREADS = 1024;
  private static final String THREADS = "threads";
  private static final String SPARK = "spark";

  public ClusterSettings {
    options = Map.copyOf(options);
    Objects.requireNonNull(master, "master");
    if (threads < 1 || threads > MOST_THREADS) {
      throw new IllegalArgumentException(
          "threads must be 1 to %d, but is %d".formatted(MOST_THREADS, threads));
    }
  }

  /** Reads these keys of the {@code executor} section. */
  static ClusterSettings read(Section executor) {
    String master = executor.string("master");
    if (!master.matches("(local|spark:|k8s:|yarn)\\S*")) {
      throw executor.error(
          "master",
          "must be spark://HOST:PORT, k8s://URL, yarn or local[N], but is '%s'".formatted(master));
    }
    int threads = executor.integer(THREADS, 1);
    if (threads < 1 || threads > MOST_THREADS) {
      throw executor.error(THREADS, "must be 1 to %d, but is %d".formatted(MOST_THREADS, threads));
    }
    Map<String, String> options = new TreeMap<>();
    executor
        .optionalSection(SPARK)
        .ifPresent(
            given -> {
              for (String key : given.keys()) {
                if (!key.startsWith("spark.")) {
                  throw given.error(key, "is no setting of Spark, which all begin with 'spark.'");
                }
                options.put(key, given.string(key));
              }
            });
    return new ClusterSettings(master, threads, options);
  }

  /** Returns whether trials run on this machine after all, without a cluster. */
  public boolean local() {
    return master.startsWith("local");
  }

  /** Returns whether Hadoop YARN gives the machines. */
  public boolean yarn() {
    return master.startsWith("yarn");
  }

  /** Returns whether Kubernetes gives the machines. */
  public boolean kubernetes() {
    return master.startsWith("k8s:");
  }

  /** Returns whether the cluster ends executors that use more memory than they asked for. */
  public boolean limitsMemory() {
    return yarn() || kubernetes();
  }
}
