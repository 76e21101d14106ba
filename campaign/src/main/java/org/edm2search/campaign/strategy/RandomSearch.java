package org.edm2search.campaign.strategy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.Genotype;
import org.edm2search.space.SearchSpace;

/** Uniform draws, each network once: the baseline every claim is held against. */
public final class RandomSearch implements SearchStrategy {

  private final SearchSpace space;
  private final SeedStream seeds;
  private final CandidateLedger ledger;
  private int proposals;

  /**
   * Starts or continues a search.
   *
   * @param history all trials so far; this strategy needs no other state
   */
  public RandomSearch(SearchSpace space, SeedStream seeds, List<Trial> history) {
    this.space = space;
    this.seeds = seeds;
    this.ledger = new CandidateLedger(space, history);
    this.proposals = history.size();
  }

  @Override
  public Proposal ask() {
    Optional<Genotype> next =
        proposals == 0
            ? Optional.of(space.seedGenotype())
            : ledger.fresh(seeds.generator("draw", proposals), Set.of());
    if (next.isEmpty()) {
      return new Proposal.Exhausted(ledger.exhausted());
    }
    ledger.propose(next.get());
    proposals++;
    return new Proposal.Try(next.get(), ledger.drainRejections());
  }

  @Override
  public void tell(Trial finished) {
    ledger.tell(finished);
  }

  @Override
  public String state() {
    return "{\"proposals\":%d}".formatted(proposals);
  }
}
