package org.edm2search.campaign.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenetics.util.RandomRegistry;
import java.util.SplittableRandom;
import org.edm2search.campaign.Examples;
import org.edm2search.space.Genotype;
import org.edm2search.space.SearchSpace;
import org.junit.jupiter.api.Test;

class JeneticsCodecTest {

  private static final SearchSpace SPACE = Examples.space();
  private final JeneticsCodec codec = new JeneticsCodec(SPACE);

  @Test
  void decodesWhatItEncoded() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200; i++) {
      Genotype genotype = SPACE.random(random);
      var encoded = codec.encode(genotype);
      assertThat(encoded.isValid()).isTrue();
      assertThat(codec.decode(encoded)).isEqualTo(genotype);
    }
  }

  @Test
  void drawsEveryAlleleOfALocusEquallyOften() {
    int draws = 6000;
    int[][] counts = new int[SPACE.loci().size()][16];
    RandomRegistry.with(
        new SplittableRandom(3),
        random -> {
          for (int i = 0; i < draws; i++) {
            Genotype genotype = codec.decode(codec.codec().encoding().newInstance());
            for (int locus = 0; locus < counts.length; locus++) {
              counts[locus][genotype.alleles().get(locus)]++;
            }
          }
          return null;
        });
    for (int locus = 0; locus < counts.length; locus++) {
      int alleles = SPACE.loci().get(locus).alleles().size();
      double expected = (double) draws / alleles;
      for (int allele = 0; allele < alleles; allele++) {
        assertThat((double) counts[locus][allele])
            .isBetween(expected - 5 * Math.sqrt(expected), expected + 5 * Math.sqrt(expected));
      }
    }
  }
}
