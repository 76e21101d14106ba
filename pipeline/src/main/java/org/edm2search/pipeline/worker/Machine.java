package org.edm2search.pipeline.worker;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;

/**
 * What workers share.
 *
 * @param cores threads that all workers together may keep busy
 * @param memoryBytes physical memory, or the container's share of it
 */
public record Machine(int cores, long memoryBytes) {

  private static final String THREADS = "OMP_NUM_THREADS";

  public Machine {
    if (cores < 1 || memoryBytes < 1) {
      throw new IllegalArgumentException("a machine has cores and memory");
    }
  }

  /**
   * Returns this machine.
   *
   * @param environment environment variables; OMP_NUM_THREADS, if set, limits the cores
   */
  public static Machine here(Map<String, String> environment) {
    String threads = environment.getOrDefault(THREADS, "");
    int cores =
        threads.matches("[1-9]\\d{0,3}")
            ? Integer.parseInt(threads)
            : Runtime.getRuntime().availableProcessors();
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new Machine(cores, system.getTotalMemorySize());
  }

  /** Returns the threads of each of some workers, at least 1. */
  int threads(int workers) {
    return Math.max(1, cores / workers);
  }
}
