package org.edm2search.campaign;

import java.util.List;
import java.util.Optional;
import org.edm2search.campaign.trial.Trial;

/** Decides which candidates are trained again, each time with another seed. */
@FunctionalInterface
public interface Repeats {

  /**
   * Returns the trial that is to be repeated next; asked until there is none, and again when all
   * that was planned has ended.
   *
   * @param trials all of the campaign by number, planned repeats too
   */
  Optional<Trial> next(List<Trial> trials);
}
