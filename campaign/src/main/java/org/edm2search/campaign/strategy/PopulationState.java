package org.edm2search.campaign.strategy;

import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * A generation as it is stored.
 *
 * @param generation number of the generation, from 1
 * @param population its individuals
 * @param queue genotypes of the generation still to be proposed, in order
 */
record PopulationState(long generation, List<Individual> population, List<String> queue) {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /**
   * An individual.
   *
   * @param genotype its choices as text
   * @param birth the generation it was made in
   */
  record Individual(String genotype, long birth) {}

  PopulationState {
    population = List.copyOf(population);
    queue = List.copyOf(queue);
  }

  String json() {
    return MAPPER.writeValueAsString(this);
  }

  static PopulationState of(String json) {
    return MAPPER.readValue(json, PopulationState.class);
  }
}
