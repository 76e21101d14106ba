package org.edm2search.campaign;

import java.util.Optional;
import org.edm2search.campaign.store.TrialReader;

/** Decides whether a running trial is worth going on with. */
@FunctionalInterface
public interface Pruner {

  /** Lets every trial end. */
  Pruner NONE = (number, trials) -> Optional.empty();

  /**
   * Returns the reason to give a trial up, if there is one. Must depend on loss curves and finished
   * trials only, not on time, so that a resumed campaign decides the same. Where several trials run
   * at a time, which of the trials just before this one are finished is a matter of time too.
   *
   * @param number the running trial; its curve so far is among the trials'
   */
  Optional<String> reason(int number, TrialReader trials);
}
