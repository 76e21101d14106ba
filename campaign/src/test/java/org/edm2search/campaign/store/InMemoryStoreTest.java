package org.edm2search.campaign.store;

final class InMemoryStoreTest extends TrialStoreContract {

  @Override
  TrialStore open() {
    return new InMemoryStore();
  }
}
