package org.edm2search.campaign.worker;

import org.edm2search.campaign.trial.FailureKind;

/**
 * Why a worker process was ended.
 *
 * @param kind what that makes of its trial's attempt
 * @param what it did, in words
 */
record WorkerFault(FailureKind kind, String what) {}
