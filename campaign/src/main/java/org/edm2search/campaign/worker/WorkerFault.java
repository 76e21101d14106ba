package org.edm2search.campaign.worker;

import org.edm2search.campaign.trial.FailureKind;

/**
 * Why a worker process was ended.
 *
 * @param kind what that makes of its trial's attempt
 * @param what it did, in words
 */
record WorkerFault(FailureKind kind, String what) {

  static WorkerFault notGiven(int trial) {
    return new WorkerFault(
        FailureKind.CRASHED, "it reported on trial %d, which it was not given".formatted(trial));
  }
}
