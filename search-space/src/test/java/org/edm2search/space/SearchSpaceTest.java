package org.edm2search.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BlockSpec;
import org.edm2search.space.architecture.BranchSpec;
import org.edm2search.space.architecture.Placement;
import org.edm2search.space.architecture.UNetLayout;
import org.edm2search.space.cost.CostModel;
import org.edm2search.space.cost.Expense;
import org.edm2search.space.yaml.ArchitectureYaml;
import org.edm2search.space.yaml.Section;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SearchSpaceTest {

  private static final int CASES = 200;

  @ParameterizedTest
  @EnumSource(Scope.class)
  void genotypesRoundTrip(Scope scope) {
    SearchSpace space = space(scope);
    RandomGenerator random = new SplittableRandom(1);
    for (int i = 0; i < CASES; i++) {
      Genotype genotype = space.random(random);
      assertThat(space.parse(genotype.text())).isEqualTo(genotype);
      assertThat(space.genotype(genotype.alleles())).isEqualTo(genotype);
      assertThat(genotype.id()).isEqualTo(ArchitectureYaml.id(space.decode(genotype)));
      assertThat(genotype.id()).hasSize(16);
    }
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void seedIsAPointAndDecodesToItself(Scope scope) {
    SearchSpace space = space(scope);
    assertThat(space.decode(space.seedGenotype())).isEqualTo(Architectures.small());
    assertThat(space.seedGenotype().id()).isEqualTo(ArchitectureYaml.id(Architectures.small()));
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void decodedBlocksHaveTheChosenValues(Scope scope) {
    SearchSpace space = space(scope);
    RandomGenerator random = new SplittableRandom(2);
    for (int i = 0; i < CASES / 4; i++) {
      Genotype genotype = space.random(random);
      ArchitectureSpec decoded = space.decode(genotype);
      assertThat(decoded.canonical()).isEqualTo(decoded);
      UNetLayout.of(decoded)
          .blocks()
          .forEach(
              block -> {
                BranchSpec branch = decoded.branches().branchOf(block);
                for (int locus = 0; locus < space.loci().size(); locus++) {
                  Locus place = space.loci().get(locus);
                  boolean inert =
                      place.gene().trait() == BranchTrait.LINEAR_BOTTLENECK
                          && !branch.depthwise().contains(Placement.IN);
                  if (place.selects(block) && !inert) {
                    assertThat(((BranchTrait) place.gene().trait()).of(branch))
                        .contains(place.alleles().get(genotype.alleles().get(locus)));
                  }
                }
              });
    }
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void mutationStaysInsideAndChangesSomething(Scope scope) {
    SearchSpace space = space(scope);
    RandomGenerator random = new SplittableRandom(3);
    Genotype genotype = space.seedGenotype();
    for (int i = 0; i < CASES; i++) {
      Genotype mutant = new Mutation(0.2).mutate(space, genotype, random);
      assertThat(mutant.alleles()).isNotEqualTo(genotype.alleles());
      assertThat(space.parse(mutant.text())).isEqualTo(mutant);
      genotype = mutant;
    }
  }

  @Test
  void mutationReachesEveryAlleleEvenly() {
    SearchSpace space = read("kernel: {values: [3, 5, 7]}");
    RandomGenerator random = new SplittableRandom(5);
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < 4000; i++) {
      counts.merge(
          new Mutation(1).mutate(space, space.seedGenotype(), random).text(), 1, Integer::sum);
    }
    assertThat(counts).containsOnlyKeys("kernel=5", "kernel=7");
    assertThat(counts.get("kernel=5")).isBetween(1850, 2150);
  }

  @Test
  void sameSeedDrawsTheSameGenotypes() {
    SearchSpace space = space(Scope.STAGE);
    assertThat(space.random(new SplittableRandom(7)))
        .isEqualTo(space.random(new SplittableRandom(7)));
  }

  @Test
  void equivalentGenotypesHaveOneId() {
    SearchSpace space = space(Scope.GLOBAL);
    String text = "kernel=3 expansion=4 depthwise=mid embedding=wide linear_bottleneck=";
    Genotype linear = space.parse(text + "true");
    Genotype activated = space.parse(text + "false");
    assertThat(linear).isNotEqualTo(activated);
    assertThat(linear.id()).isEqualTo(activated.id());
    assertThat(space.decode(linear)).isEqualTo(space.decode(activated));

    Genotype perBlock = everywhere(space(Scope.BLOCK), linear);
    Genotype perStage = everywhere(space(Scope.STAGE), linear);
    assertThat(List.of(perBlock.id(), perStage.id())).containsOnly(linear.id());
  }

  /** The same values at every place of another scope. */
  private static Genotype everywhere(SearchSpace space, Genotype global) {
    SearchSpace origin = space(Scope.GLOBAL);
    List<Integer> alleles = new ArrayList<>();
    for (Locus locus : space.loci()) {
      int gene =
          origin.genes().indexOf(new Gene(locus.gene().trait(), Scope.GLOBAL, locus.alleles()));
      alleles.add(global.alleles().get(gene));
    }
    return space.genotype(alleles);
  }

  @Test
  void idsAreEqualExactlyForEqualNetworks() {
    SearchSpace space = space(Scope.GLOBAL);
    Map<String, ArchitectureSpec> byId = new HashMap<>();
    Set<List<?>> layouts = new HashSet<>();
    RandomGenerator random = new SplittableRandom(6);
    for (int i = 0; i < 2000; i++) {
      Genotype genotype = space.random(random);
      ArchitectureSpec decoded = space.decode(genotype);
      assertThat(byId.getOrDefault(genotype.id(), decoded)).isEqualTo(decoded);
      byId.put(genotype.id(), decoded);
      layouts.add(UNetLayout.of(decoded).blocks());
    }
    assertThat(layouts).hasSameSizeAs(byId.keySet());
  }

  @Test
  void lociAreGenesAtPlaces() {
    SearchSpace space =
        read(
            "kernel: {scope: stage, values: [3, 5]}, embedding: {values: [wide, narrow]},"
                + " expansion: {scope: level, values: [2, 4]}");
    assertThat(space.loci())
        .extracting(Locus::name)
        .containsExactly(
            "kernel@enc",
            "kernel@dec",
            "embedding",
            "expansion@enc.16x16",
            "expansion@enc.8x8",
            "expansion@dec.8x8",
            "expansion@dec.16x16");
    assertThat(space.size()).isEqualTo(128);
    assertThat(space.seedGenotype().text())
        .isEqualTo(
            "kernel@enc=3 kernel@dec=3 embedding=narrow expansion@enc.16x16=4"
                + " expansion@enc.8x8=4 expansion@dec.8x8=4 expansion@dec.16x16=4");
    assertThat(space(Scope.BLOCK).loci().get(0).name()).isEqualTo("kernel@enc.16x16_block0");
  }

  @Test
  void rejectsForeignGenotypes() {
    SearchSpace space = read("kernel: {values: [3, 5]}, embedding: {values: [wide, narrow]}");
    assertThatThrownBy(() -> space.genotype(List.of(0)))
        .hasMessage("a genotype has 2 alleles here, but 1 are given");
    assertThatThrownBy(() -> space.genotype(List.of(0, 2)))
        .hasMessage("embedding has alleles 0 to 1, but 2 is given");
    assertThatThrownBy(() -> space.parse("kernel=7 embedding=wide"))
        .hasMessage("kernel must be one of 3 5, but is '7'");
    assertThatThrownBy(() -> space.parse("kernel=3"))
        .hasMessage("embedding must be one of wide narrow, but is missing");
    assertThatThrownBy(() -> space.parse("kernel=3 embedding=wide expansion=4"))
        .hasMessage("this space has no locus 'expansion'");
    assertThatThrownBy(() -> space.parse("kernel=3 kernel=3"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void constraintsExplainThemselves() {
    SearchSpace space =
        SearchSpace.read(
            Section.parse(
                "{genes: {expansion: {values: [2, 4, 6]}},"
                    + " constraints: {max_flops: 1.2x, max_parameters: 30_000}}",
                "c.yaml"),
            Architectures.small());
    assertThat(space.violation(space.seedGenotype())).isEmpty();
    assertThat(space.violation(space.parse("expansion=2"))).isEmpty();
    Genotype large = space.parse("expansion=6");
    long parameters = CostModel.of(space.decode(large)).parameters();
    assertThat(space.violation(large))
        .hasValueSatisfying(
            reason ->
                assertThat(reason)
                    .startsWith("max_parameters: needs " + String.format("%,d", parameters))
                    .endsWith(" parameters, but the limit is 30,000"));
    assertThat(space.constraints()).hasSize(2);
  }

  /** Blocks that only the larger network has: choices for them mean nothing in the smaller one. */
  @Test
  void choicesForBlocksThatDoNotExistAreNoChoices() {
    SearchSpace space =
        read("num_blocks: {values: [1, 2]}, kernel: {scope: block, values: [3, 5]}");
    int locus = locus(space, "kernel@enc.16x16_block1");
    List<Integer> other = new ArrayList<>(space.seedGenotype().alleles());
    other.set(locus, 1 - other.get(locus));
    assertThat(space.genotype(other)).isEqualTo(space.seedGenotype());
    assertThat(space.genotype(other).id()).isEqualTo(space.seedGenotype().id());

    int blocks = locus(space, "num_blocks");
    other.set(blocks, 1);
    Genotype large = space.genotype(other);
    assertThat(space.decode(large).numBlocks()).containsExactly(2, 2);
    assertThat(large.alleles().get(locus)).isEqualTo(other.get(locus));
    assertThat(space.parse(large.text())).isEqualTo(large);
    List<Integer> same = new ArrayList<>(other);
    same.set(locus, 1 - same.get(locus));
    assertThat(space.genotype(same).id()).isNotEqualTo(large.id());
  }

  /** A level's depth decides which choices for its blocks there are, in encoder and decoder. */
  @Test
  void levelsMayDifferInDepth() {
    SearchSpace space =
        read(
            "num_blocks: {scope: level, values: [1, 2, 3]}, kernel: {scope: block, values: [3,"
                + " 5]}");
    Genotype seed = space.seedGenotype();
    List<Integer> alleles = new ArrayList<>(seed.alleles());
    alleles.set(locus(space, "num_blocks@8x8"), 1);
    alleles.set(locus(space, "kernel@dec.8x8_block2"), 1);
    alleles.set(locus(space, "kernel@dec.16x16_block2"), 1);
    Genotype deep = space.genotype(alleles);
    ArchitectureSpec network = space.decode(deep);
    assertThat(network.numBlocks()).containsExactly(1, 2);
    assertThat(UNetLayout.of(network).blocks())
        .extracting(BlockSpec::name)
        .contains("enc.8x8_block1", "dec.8x8_block2", "dec.16x16_block1")
        .doesNotContain("enc.16x16_block1", "dec.16x16_block2", "enc.8x8_block2");
    assertThat(deep.alleles().get(locus(space, "kernel@dec.8x8_block2"))).isEqualTo(1);
    assertThat(deep.alleles().get(locus(space, "kernel@dec.16x16_block2"))).isZero();
    assertThat(space.expense(deep, Expense.FLOPS))
        .isGreaterThan(space.expense(seed, Expense.FLOPS));
    assertThat(ArchitectureYaml.write(network)).contains("num_blocks: [1, 2]\n");
    assertThat(ArchitectureYaml.read(Section.parse(ArchitectureYaml.write(network), "a")))
        .isEqualTo(network);
    assertThat(ArchitectureYaml.fromMetadata(ArchitectureYaml.toMetadata(network)))
        .isEqualTo(network);
    assertThat(ArchitectureYaml.read(Section.parse(ArchitectureYaml.toJson(network), "a.json")))
        .isEqualTo(network);
  }

  @Test
  void genesOfTheNetworkChangeWidthDepthAndAttention() {
    SearchSpace space =
        read(
            "channel_mult: {values: [1, 2, 3]}, num_blocks: {values: [1, 2]}, attention: {values:"
                + " [true, false]}");
    assertThat(space.loci())
        .extracting(Locus::name)
        .containsExactly(
            "channel_mult@16x16",
            "channel_mult@8x8",
            "num_blocks",
            "attention@16x16",
            "attention@8x8");
    assertThat(space.decode(space.seedGenotype())).isEqualTo(Architectures.small().canonical());
    ArchitectureSpec changed =
        space.decode(
            space.parse(
                "channel_mult@16x16=2 channel_mult@8x8=3 num_blocks=2 attention@16x16=true"
                    + " attention@8x8=false"));
    assertThat(changed.channelMult()).containsExactly(2, 3);
    assertThat(changed.numBlocks()).containsExactly(2, 2);
    assertThat(changed.attnResolutions()).containsExactly(16);
  }

  /** Every gene there is at block scope, with those of the network: all draws are networks. */
  @Test
  void everyPointOfAWideSpaceIsANetworkWithItsOwnId() {
    SearchSpace space =
        read(
            "channel_mult: {values: [1, 2]}, num_blocks: {scope: level, values: [1, 2, 3]}, attention: {values:"
                + " [true, false]}, kernel: {scope: block, values: [3, 5, 7]}, expansion: {scope:"
                + " block, values: [2, 4]}, depthwise: {scope: block, values: [\"in\", \"mid\","
                + " \"in,out\"]}, embedding: {scope: block, values: [wide, narrow]},"
                + " linear_bottleneck: {scope: block, values: [true, false]}");
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 60; i++) {
      Genotype genotype = space.random(random);
      ArchitectureSpec network = space.decode(genotype);
      assertThat(ArchitectureYaml.id(network)).isEqualTo(genotype.id());
      assertThat(space.parse(genotype.text())).isEqualTo(genotype);
      assertThat(ArchitectureYaml.read(Section.parse(ArchitectureYaml.write(network), "a")))
          .isEqualTo(network);
    }
  }

  @Test
  void refusesWidthsThatAttentionCannotDivide() {
    assertThatThrownBy(
            () ->
                SearchSpace.read(
                    Section.parse("{genes: {channel_mult: {values: [1, 2, 3]}}}", "c.yaml"),
                    ArchitectureSpec.builder()
                        .imgResolution(16)
                        .imgChannels(3)
                        .labelDim(10)
                        .modelChannels(8)
                        .channelMult(List.of(1, 2))
                        .numBlocks(1)
                        .attnResolutions(Set.of(8))
                        .channelsPerHead(16)
                        .branches(Architectures.small().branches())
                        .build()))
        .hasMessageStartingWith(
            "c.yaml:1: genes.channel_mult.values: channels_per_head must be at most the 8 channels at"
                + " 8x8, but is 16");
    assertThatThrownBy(() -> read("num_blocks: {scope: stage, values: [1, 2]}"))
        .hasMessage(
            "c.yaml:1: genes.num_blocks.scope: must be one of global, level for num_blocks, but is"
                + " 'stage'");
  }

  private static int locus(SearchSpace space, String name) {
    return space.loci().stream().map(Locus::name).toList().indexOf(name);
  }

  private static SearchSpace space(Scope scope) {
    String genes =
        "kernel: {scope: S, values: [3, 5, 7]}, expansion: {scope: S, values: [2, 3, 4, 6]},"
            + " depthwise: {scope: S, values: [\"in\", \"mid\", \"out\", \"in,mid\", \"in,out\","
            + " \"mid,out\", \"in,mid,out\"]}, embedding: {scope: S, values: [wide, narrow]},"
            + " linear_bottleneck: {scope: S, values: [true, false]}";
    return read(genes.replace("S", scope.text()));
  }

  private static SearchSpace read(String genes) {
    return SearchSpace.read(
        Section.parse("{genes: {" + genes + "}}", "c.yaml"), Architectures.small());
  }
}
