package org.edm2search.campaign.store;

/** A lost connection to a store was not waited for, because somebody wanted the run to end. */
public final class StoreAbandonedException extends StoreException {

  private static final long serialVersionUID = 1L;

  /** Creates an exception about a store that errors name. */
  StoreAbandonedException(String store) {
    super(
        ("%s does not answer and is not waited for any longer; the same command goes on from what"
                + " it has and from the checkpoints")
            .formatted(store),
        null);
  }
}
