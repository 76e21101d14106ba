package org.edm2search.space.constraint;

import org.edm2search.space.cost.Expense;

/** What the networks take that a constraint speaks of. */
public interface Amounts {

  /** Returns what the candidate takes. */
  double ofCandidate(Expense expense);

  /** Returns what the seed architecture takes. */
  double ofSeed(Expense expense);
}
