package org.edm2search.model.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The host's processor, as far as the numerical library asks.
 *
 * @param architecture as Java names it, such as {@code amd64} or {@code aarch64}
 * @param features of an x86-64 processor, as Linux lists them; empty where it does not
 */
record HostCpu(String architecture, Optional<Set<String>> features) {

  private static final String LIST = "flags";

  HostCpu {
    features = features.map(Set::copyOf);
  }

  /** Returns this machine's. */
  static HostCpu here() {
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
   * Refuses a processor on which the library would end the process with SIGILL.
   *
   * @throws UnusableDeviceException saying what to do
   */
  void requireUsable() {
    boolean x86 = architecture.equals("amd64") || architecture.equals("x86_64");
    if (x86 && features.isPresent() && !features.get().contains("avx2")) {
      throw new UnusableDeviceException(
          "this processor has no AVX2, as those of x86-64 have since about 2015 and emulated ones may"
              + " not; on a computer with an ARM processor, use a Linux and a Java for ARM (aarch64)");
    }
  }
}
