package org.edm2search.model.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The host's processor, as far as numerical libraries ask.
 *
 * @param architecture as Java names it, such as {@code amd64} or {@code aarch64}
 * @param features of an x86-64 processor, as Linux lists them; empty where it does not
 */
public record HostCpu(String architecture, Optional<Set<String>> features) {

  private static final String LIST = "flags";
  private static final String OPENBLAS_KERNELS = "OPENBLAS_CORETYPE";
  private static final Set<String> KERNELS_WITH_AVX512 =
      Set.of("skylakex", "cooperlake", "sapphirerapids");

  public HostCpu {
    features = features.map(Set::copyOf);
  }

  /** Returns this machine's. */
  public static HostCpu here() {
    return new HostCpu(System.getProperty("os.arch"), listed(Path.of("/proc/cpuinfo")));
  }

  private static Optional<Set<String>> listed(Path file) {
    try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      return lines
          .filter(line -> line.startsWith(LIST))
          .findFirst()
          .map(line -> Set.of(line.substring(line.indexOf(':') + 1).strip().split("\\s+")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the environment variables that a process needs before it loads OpenBLAS, as the
   * launcher sets them. That of ND4J is of 2021 and knows processors by their models: on later ones
   * it would take kernels of 2004.
   *
   * @param wished variables that stay as they are, but for kernels that would end the process here
   */
  public Map<String, String> environment(Map<String, String> wished) {
    Map<String, String> environment = new HashMap<>(wished);
    String kernels = wished.getOrDefault(OPENBLAS_KERNELS, "").toLowerCase(Locale.ROOT);
    if (has("avx512vl")) {
      environment.putIfAbsent(OPENBLAS_KERNELS, "SkylakeX");
    } else if (KERNELS_WITH_AVX512.contains(kernels)) {
      environment.remove(OPENBLAS_KERNELS);
    }
    if (has("avx2")) {
      environment.putIfAbsent(OPENBLAS_KERNELS, "Haswell");
    }
    return environment;
  }

  private boolean has(String feature) {
    return features.isPresent() && features.get().contains(feature);
  }

  /**
   * Refuses a processor on which the library would end the process with SIGILL.
   *
   * @throws UnusableDeviceException saying what to do
   */
  void requireUsable() {
    boolean x86 = architecture.equals("amd64") || architecture.equals("x86_64");
    if (x86 && features.isPresent() && !has("avx2")) {
      throw new UnusableDeviceException(
          "this processor has no AVX2, as those of x86-64 have since about 2015 and emulated ones may"
              + " not; on a computer with an ARM processor, use a Linux and a Java for ARM (aarch64)");
    }
  }
}
