package org.edm2search.campaign.worker;

import java.io.IOException;
import org.edm2search.campaign.TrialEnd;
import org.edm2search.campaign.trial.FailureKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the end of a worker process makes of the trial that it had. */
final class WorkerFailure {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerFailure.class);

  private WorkerFailure() {}

  /** Returns the trial's end, and notes it in the worker's log. */
  static TrialEnd of(WorkerProcess worker, WorkerExit exit, int trial, WorkerLaunch launch) {
    if (worker.fault().isEmpty() && worker.unable().isPresent()) {
      News.Unable why = worker.unable().get();
      return new TrialEnd.Failed(trial, why.kind(), why.reason());
    }
    FailureKind kind = worker.fault().map(WorkerFault::kind).orElseGet(exit::kind);
    String how =
        worker.fault().map(why -> "was ended, because " + why.what()).orElseGet(exit::words);
    String line = "process %d, which had trial %d, %s".formatted(worker.pid(), trial, how);
    LOG.warn("worker {}: {}", worker.number(), line);
    try {
      launch.note(worker.number(), line);
    } catch (IOException e) {
      LOG.warn("its log cannot be written", e);
    }
    boolean started = worker.ready() || exit.signalled();
    return new TrialEnd.Failed(
        trial,
        kind,
        "worker process %s%s%s; see logs/%s"
            .formatted(
                started ? "" : "cannot start: it ",
                how,
                started || worker.firstWords().isEmpty() ? "" : " (" + worker.firstWords() + ")",
                launch.log(worker.number()).getFileName()));
  }
}
