package org.edm2search.campaign.strategy;

import io.jenetics.IntegerChromosome;
import io.jenetics.IntegerGene;
import io.jenetics.engine.InvertibleCodec;
import io.jenetics.util.ISeq;
import java.util.List;
import java.util.stream.IntStream;
import org.edm2search.space.Genotype;
import org.edm2search.space.Locus;
import org.edm2search.space.SearchSpace;

/**
 * Genotypes as Jenetics knows them: one chromosome with an integer gene for each locus.
 *
 * <p>The genes of a Jenetics chromosome share one range, and its crossovers recombine inside a
 * chromosome. So all loci are in one, and the range is the least common multiple of the numbers of
 * alleles: each allele of a locus owns an equal part of it, so uniform genes are uniform alleles.
 */
final class JeneticsCodec {

  private final SearchSpace space;
  private final int range;

  JeneticsCodec(SearchSpace space) {
    this.space = space;
    this.range =
        space.loci().stream().mapToInt(locus -> locus.alleles().size()).reduce(1, this::multiple);
  }

  private int multiple(int a, int b) {
    int x = a;
    int y = b;
    while (y != 0) {
      int rest = x % y;
      x = y;
      y = rest;
    }
    try {
      return Math.multiplyExact(a, b / x);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("the genes have too many different numbers of alleles", e);
    }
  }

  /** Returns the codec both ways. */
  InvertibleCodec<Genotype, IntegerGene> codec() {
    return InvertibleCodec.of(
        io.jenetics.Genotype.of(IntegerChromosome.of(0, range, space.loci().size())),
        this::decode,
        this::encode);
  }

  io.jenetics.Genotype<IntegerGene> encode(Genotype genotype) {
    List<Locus> loci = space.loci();
    ISeq<IntegerGene> genes =
        IntStream.range(0, loci.size())
            .mapToObj(
                locus -> {
                  int share = range / loci.get(locus).alleles().size();
                  return IntegerGene.of(genotype.alleles().get(locus) * share, 0, range);
                })
            .collect(ISeq.toISeq());
    return io.jenetics.Genotype.of(IntegerChromosome.of(genes));
  }

  Genotype decode(io.jenetics.Genotype<IntegerGene> encoded) {
    List<Locus> loci = space.loci();
    return space.genotype(
        IntStream.range(0, loci.size())
            .mapToObj(
                locus -> {
                  int share = range / loci.get(locus).alleles().size();
                  return encoded.chromosome().get(locus).intValue() / share;
                })
            .toList());
  }
}
