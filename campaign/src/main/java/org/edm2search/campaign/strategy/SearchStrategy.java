package org.edm2search.campaign.strategy;

import java.util.List;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.Genotype;

/**
 * Proposes candidates and learns what became of them. Deterministic: equal settings, seed, trials
 * and {@link #state} give equal proposals. Not thread-safe.
 *
 * <p>Every strategy proposes the seed architecture first, which is the reference and need not meet
 * the constraints, never proposes another candidate that they refuse, and never proposes two
 * genotypes of the same network.
 */
public interface SearchStrategy {

  /** What {@link #ask} answers. */
  sealed interface Proposal {

    /**
     * Try this.
     *
     * @param rejections candidates refused since the last proposal
     */
    record Try(Genotype genotype, List<Rejection> rejections) implements Proposal {

      public Try {
        rejections = List.copyOf(rejections);
      }
    }

    /** Nothing until more of the proposed candidates are finished. */
    record Wait() implements Proposal {}

    /**
     * Nothing any more.
     *
     * @param note why, in words
     */
    record Exhausted(String note) implements Proposal {}
  }

  /** Proposes the next candidate. */
  Proposal ask();

  /** Learns of a trial that it proposed, or that was among the trials it was started with. */
  void tell(Observation observation);

  /** Learns of a finished trial. */
  default void tell(Trial finished) {
    tell(Observation.of(finished));
  }

  /** Returns population and queue as JSON; with the finished trials enough to go on. */
  String state();
}
