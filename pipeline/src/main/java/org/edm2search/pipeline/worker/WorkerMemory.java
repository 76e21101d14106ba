package org.edm2search.pipeline.worker;

import org.edm2search.model.Network;
import org.edm2search.pipeline.trial.CampaignSettings;

/** What a worker needs beside its Java heap, predicted before it is started. */
public final class WorkerMemory {

  /** Other candidates of a space may be larger than its seed. */
  private static final int ROOM = 2;

  private WorkerMemory() {}

  /**
   * Returns the bytes of tensors of a campaign's trials: twice what training the seed network
   * takes, or drawing images from it, whichever is more.
   */
  public static long tensorBytes(CampaignSettings settings) {
    try (Network seed = Network.initialize(settings.space().seed(), 0)) {
      long weights = seed.parameters().length() * Float.BYTES;
      long training = seed.trainingBytes(settings.recipe().microBatch());
      long drawing = seed.denoisingBytes(settings.protocol().batch());
      return ROOM * (weights + Math.max(training, drawing));
    }
  }
}
