package org.edm2search.campaign.strategy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.Genotype;
import org.edm2search.space.SearchSpace;

/**
 * A strategy whose proposals follow from the trials so far alone. The seed architecture is first;
 * where the strategy has no idea, a random network never proposed before takes its turn.
 */
abstract class HistorySearch implements SearchStrategy {

  private final SearchSpace space;
  private final SeedStream seeds;
  private final CandidateLedger ledger;
  private final String purpose;
  private int proposals;

  /**
   * Starts or continues a search.
   *
   * @param history all trials so far; there is no other state
   * @param purpose what random draws are derived from
   */
  HistorySearch(SearchSpace space, SeedStream seeds, List<Trial> history, String purpose) {
    this.space = space;
    this.seeds = seeds;
    this.ledger = new CandidateLedger(space, history);
    this.purpose = purpose;
    this.proposals = history.size();
  }

  final SearchSpace space() {
    return space;
  }

  final CandidateLedger ledger() {
    return ledger;
  }

  /** Returns how many were proposed so far. */
  final int proposals() {
    return proposals;
  }

  /** Returns an allowed network never proposed, or nothing for a random one. */
  abstract Optional<Genotype> idea(RandomGenerator random);

  @Override
  public Proposal ask() {
    RandomGenerator random = seeds.generator(purpose, proposals);
    Optional<Genotype> next =
        proposals == 0
            ? Optional.of(space.seedGenotype())
            : idea(random).or(() -> ledger.fresh(random, Set.of()));
    if (next.isEmpty()) {
      return new Proposal.Exhausted(ledger.exhausted());
    }
    ledger.propose(next.get());
    proposals++;
    return new Proposal.Try(next.get(), ledger.drainRejections());
  }

  @Override
  public void tell(Observation observation) {
    ledger.tell(observation);
  }

  @Override
  public String state() {
    return "{\"proposals\":%d}".formatted(proposals);
  }
}
