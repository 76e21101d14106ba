package org.edm2search.campaign.store;

final class InMemoryStoreTest extends TrialStoreContract {

  @Override
  protected TrialStore open() {
    return new InMemoryStore();
  }
}
