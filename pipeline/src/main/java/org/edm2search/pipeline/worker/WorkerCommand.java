package org.edm2search.pipeline.worker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.edm2search.model.device.HostCpu;

/**
 * The command line of a worker process. The class path is not in it, but goes into the variable
 * CLASSPATH: ONNX Runtime's native code overflows its stack on command lines of some thousand
 * characters.
 *
 * @param config the campaign's YAML file
 * @param features weights of features that the user named, if any
 * @param heapMebibytes largest Java heap
 * @param memoryMebibytes the worker's share of the machine's memory
 * @param options further options of {@link WorkerMain}
 */
public record WorkerCommand(
    Path config,
    Optional<Path> features,
    int heapMebibytes,
    long memoryMebibytes,
    List<String> options) {

  public WorkerCommand {
    options = List.copyOf(options);
    if (heapMebibytes < 1 || memoryMebibytes < 1) {
      throw new IllegalArgumentException(
          "a worker needs memory, but is given %d MiB of heap and %d MiB in all"
              .formatted(heapMebibytes, memoryMebibytes));
    }
  }

  /**
   * Returns program and arguments.
   *
   * @param java options of the JVM that do not concern memory
   * @param log what the worker writes its log to; the report of a crash lies beside it
   */
  public List<String> words(List<String> java, Path log) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(java);
    words.add("-Xmx%dm".formatted(heapMebibytes));
    words.add("-XX:+ExitOnOutOfMemoryError");
    // What the JVM says belongs into the log.
    words.add("-XX:+DisplayVMOutputToStderr");
    words.add("-XX:ErrorFile=" + crashReport(log));
    words.add("-Dorg.bytedeco.javacpp.maxbytes=%dm".formatted(memoryMebibytes / 2));
    words.add("-Dorg.bytedeco.javacpp.maxphysicalbytes=%dm".formatted(memoryMebibytes * 9 / 10));
    words.addAll(List.of(WorkerMain.class.getName(), config.toString(), log.toString()));
    features.ifPresent(file -> words.addAll(List.of(WorkerMain.FEATURES_FILE, file.toString())));
    words.addAll(options);
    return words;
  }

  /**
   * Returns the environment variables of a worker whose machine's processes were not started by the
   * launcher, which sets the same.
   *
   * @param threads of the numerical library
   * @param campaign variables of the campaign's machine, that scores have the same digits
   */
  public static Map<String, String> environment(int threads, Map<String, String> campaign) {
    Map<String, String> environment = HostCpu.here().environment(campaign);
    environment.put("OMP_NUM_THREADS", Integer.toString(threads));
    environment.putIfAbsent("GOMP_SPINCOUNT", "2000");
    return environment;
  }

  /** The JVM puts the process id in place of {@code %p}. */
  private static String crashReport(Path log) {
    String name = log.getFileName().toString().replaceFirst("\\.log$", "");
    Path folder = Objects.requireNonNull(log.getParent(), "a worker's log is in a directory");
    return folder.toString().replace("%", "%%") + "/hs_err-%s-%%p.log".formatted(name);
  }
}
