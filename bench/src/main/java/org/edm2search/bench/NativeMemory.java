package org.edm2search.bench;

import java.util.Map;

/** The environment that the launcher gives this project. */
final class NativeMemory {

  private NativeMemory() {}

  /**
   * Keeps freed native memory in the process: oneDNN's scratch buffers would otherwise be unmapped
   * and zeroed by the kernel at every call.
   */
  static Map<String, String> environment(int threads) {
    return Map.of(
        "OMP_NUM_THREADS", Integer.toString(threads),
        "MALLOC_MMAP_MAX_", "0",
        "MALLOC_TRIM_THRESHOLD_", "8589934592",
        "GOMP_SPINCOUNT", "2000");
  }
}
