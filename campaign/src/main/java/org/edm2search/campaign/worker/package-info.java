/**
 * Trials in processes of their own. The campaign's process starts workers and speaks with each over
 * its standard input and output, one JSON message a line: {@link
 * org.edm2search.campaign.worker.WorkerExecutor} is this side, {@link
 * org.edm2search.campaign.worker.Worker} the other.
 */
@NullMarked
package org.edm2search.campaign.worker;

import org.jspecify.annotations.NullMarked;
