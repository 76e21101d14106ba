package org.edm2search.cli.output;

import java.nio.file.Path;
import org.edm2search.pipeline.worker.WorkerLog;

/** Workers log as this program does; found as a service. */
public final class WorkerLogs implements WorkerLog {

  @Override
  public void to(Path file) {
    Logs.to(file);
    Logs.takeStandardStreams();
  }
}
