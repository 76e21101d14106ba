package org.edm2search.campaign.strategy;

import io.jenetics.Alterer;
import io.jenetics.AltererResult;
import io.jenetics.Chromosome;
import io.jenetics.Genotype;
import io.jenetics.IntegerGene;
import io.jenetics.Phenotype;
import io.jenetics.util.ISeq;
import io.jenetics.util.RandomRegistry;
import io.jenetics.util.Seq;
import java.util.random.RandomGenerator;

/**
 * Draws each locus anew with the same chance, independently. Jenetics' own mutator decides for
 * individual, chromosome and gene in turn, each with the cube root of the chance, so most of its
 * children change nothing and the others about half of all loci: too far to search near a parent.
 *
 * @param probability chance of each locus
 */
record LocusMutator<C extends Comparable<? super C>>(double probability)
    implements Alterer<IntegerGene, C> {

  @Override
  public AltererResult<IntegerGene, C> alter(
      Seq<Phenotype<IntegerGene, C>> population, long generation) {
    RandomGenerator random = RandomRegistry.random();
    int[] drawn = {0};
    ISeq<Phenotype<IntegerGene, C>> altered =
        population.stream()
            .map(
                individual -> {
                  int before = drawn[0];
                  Chromosome<IntegerGene> chromosome = individual.genotype().chromosome();
                  ISeq<IntegerGene> genes =
                      chromosome.stream()
                          .map(
                              gene -> {
                                if (random.nextDouble() >= probability) {
                                  return gene;
                                }
                                drawn[0]++;
                                return gene.newInstance();
                              })
                          .collect(ISeq.toISeq());
                  return drawn[0] == before
                      ? individual
                      : Phenotype.<IntegerGene, C>of(
                          Genotype.of(chromosome.newInstance(genes)), generation);
                })
            .collect(ISeq.toISeq());
    return new AltererResult<>(altered, drawn[0]);
  }
}
