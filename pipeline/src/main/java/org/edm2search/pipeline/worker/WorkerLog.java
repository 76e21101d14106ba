package org.edm2search.pipeline.worker;

import java.nio.file.Path;

/**
 * Sends what a worker logs, and what libraries print, to a file. Whoever brings a logging library
 * provides this as a service ({@link java.util.ServiceLoader}); without one, that library's own
 * settings hold, and what is printed goes to standard error.
 */
public interface WorkerLog {

  /** Sends everything logged or printed from now on to a file. */
  void to(Path file);
}
