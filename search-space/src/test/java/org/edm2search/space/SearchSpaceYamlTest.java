package org.edm2search.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.constraint.Constraint;
import org.edm2search.space.cost.CostModel;
import org.edm2search.space.yaml.ArchitectureYaml;
import org.edm2search.space.yaml.InvalidConfigException;
import org.edm2search.space.yaml.Section;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchSpaceYamlTest {

  private static final String CAMPAIGN =
      """
      space:
        genes:
          kernel:            {scope: stage,  values: [3, 5, 7]}
          expansion:         {scope: stage,  values: [2, 3, 4, 6]}
          depthwise:         {scope: global, values: ["in", "mid", "in,out"]}
          embedding:         {scope: stage,  values: [wide, narrow]}
          linear_bottleneck: {scope: global, values: [true, false]}
        constraints: {max_flops: 1.2x, max_parameters: 1.5x}
      """;

  @Test
  void readsACampaign() {
    SearchSpace space = read(CAMPAIGN, Architectures.small());
    assertThat(space.genes())
        .extracting(Gene::name)
        .containsExactly("kernel", "expansion", "depthwise", "embedding", "linear_bottleneck");
    assertThat(space.size()).isEqualTo(3 * 3 * 4 * 4 * 3 * 2 * 2 * 2);
    assertThat(space.constraints())
        .extracting(Constraint::declared)
        .containsExactly("max_parameters", "max_flops");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "kernel: |kernal: |3: space.genes.kernal: unknown key, did you mean 'kernel'?",
        "kernel: |width: |3: space.genes.width: unknown key; known: kernel, expansion,"
            + " depthwise, embedding, linear_bottleneck, channel_mult, num_blocks, attention",
        "[3, 5, 7]|[]|3: space.genes.kernel.values: the space is empty: give at least one value",
        "[3, 5, 7]|[3, 4]|3: space.genes.kernel.values[1]: must be 3, 5 or 7, but is '4'",
        "[3, 5, 7]|[3, 5, 3]|3: space.genes.kernel.values[2]: duplicate value '3'",
        "[3, 5, 7]|[5, 7]|3: space.genes.kernel.values: must include the seed's own value 3,"
            + " because the seed is always searched; has 5 7",
        "[2, 3, 4, 6]|[4, 4.0]|4: space.genes.expansion.values[1]: duplicate value '4'",
        "[2, 3, 4, 6]|[4, 0.5]|4: space.genes.expansion.values[1]: must be a number between 1 and"
            + " 16, but is '0.5'",
        "[2, 3, 4, 6]|[4, 1e9]|4: space.genes.expansion.values[1]: must be a number between 1 and"
            + " 16, but is '1e9'",
        "[2, 3, 4, 6]|[4, nan]|4: space.genes.expansion.values[1]: must be a number between 1 and"
            + " 16, but is 'nan'",
        "[\"in\", \"mid\", \"in,out\"]|[in,mid,in,out]|5: space.genes.depthwise.values[2]:"
            + " duplicate value 'in'; quote values that have a comma: \"in,out\"",
        "[\"in\", \"mid\", \"in,out\"]|[\"in,out\", \"out,in\"]|5: space.genes.depthwise.values[1]:"
            + " duplicate value 'in,out'",
        "[\"in\", \"mid\", \"in,out\"]|[\"in,out\", \"\"]|5: space.genes.depthwise.values[1]:"
            + " must be some of in, mid, out, such as \"in,out\", but is ''",
        "[wide, narrow]|[wide]|6: space.genes.embedding.values: must include the seed's own value"
            + " narrow, because the seed is always searched; has wide",
        "[true, false]|[yes, true]|7: space.genes.linear_bottleneck.values[0]: must be true or"
            + " false, but is 'yes'",
        "scope: stage,  values: [3|scope: stages,  values: [3|3: space.genes.kernel.scope: must be"
            + " one of global, stage, level, block, but is 'stages'; did you mean 'stage'?",
        "constraints|constraint|8: space.constraint: unknown key, did you mean 'constraints'?",
        "max_flops|max_flop|8: space.constraints.max_flop: unknown key, did you mean 'max_flops'?",
        "1.2x|fast|8: space.constraints.max_flops: must be a positive number such as 600G, or a"
            + " multiple of the seed's such as 1.2x, but is 'fast'",
        "1.2x|-5|8: space.constraints.max_flops: must be a positive number such as 600G, or a"
            + " multiple of the seed's such as 1.2x, but is '-5'",
        "1.2x|0|8: space.constraints.max_flops: must be at least 1, but is 0",
        "1.2x|1000|8: space.constraints: no architecture of the space was found that meets"
            + " 'max_flops 1000'; the seed architecture: max_flops: needs ",
        "1.5x|0.01x|8: space.constraints: no architecture of the space was found that meets"
            + " 'max_parameters 0.01x'",
        "{max_flops: 1.2x, max_parameters: 1.5x}|[flops <= 2M, flps < 3]|8: space.constraints[1]:"
            + " column 1: there is no amount 'flps', did you mean 'flops'?",
        "{max_flops: 1.2x, max_parameters: 1.5x}|[flops < 1]|8: space.constraints: no architecture"
            + " of the space was found that meets 'flops < 1'",
        "{max_flops: 1.2x, max_parameters: 1.5x}|[parameters < 0.9 * parameters(G*), flops >"
            + " 1.1 * flops(G*)]|8: space.constraints: no architecture of the space was found that"
            + " meets all of them together",
      })
  void locatesErrors(String text, String changed, String message) {
    assertThat(CAMPAIGN).contains(text);
    assertThatThrownBy(() -> read(CAMPAIGN.replace(text, changed), Architectures.small()))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith("c.yaml:" + message);
  }

  @Test
  void rejectsASpaceWithoutGenes() {
    assertThatThrownBy(() -> read("space:\n  genes: {}\n", Architectures.small()))
        .hasMessage(
            "c.yaml:2: space.genes: the space is empty: name at least one gene, such as kernel");
    assertThatThrownBy(() -> read("space: {}\n", Architectures.small()))
        .hasMessage("c.yaml:1: space.genes: required key is missing");
  }

  @Test
  void needsASeedThatGenesCanDescribe() {
    assertThatThrownBy(() -> read(CAMPAIGN, Architectures.small(Presets.branch("A"))))
        .hasMessageStartingWith("c.yaml:3: space.genes.kernel.values: genes describe separable");
    ArchitectureSpec mixed =
        Architectures.small()
            .withBranches(
                new BranchAssignment(
                    Presets.branch("G*"), Map.of("enc.8x8", Presets.branch("Ek7"))));
    assertThatThrownBy(() -> read(CAMPAIGN, mixed))
        .hasMessage(
            "c.yaml:3: space.genes.kernel.values: the seed has several values of kernel within"
                + " one stage choice; use a narrower scope");
    SearchSpace levels = read("space: {genes: {kernel: {scope: level, values: [3, 7]}}}\n", mixed);
    assertThat(levels.decode(levels.seedGenotype())).isEqualTo(mixed.canonical());
  }

  @Test
  void hugeLimitsAllowEverything() {
    SearchSpace space =
        read(
            CAMPAIGN.replace("1.2x", "1e30").replace("1.5x", "99999999999999x"),
            Architectures.small());
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100; i++) {
      assertThat(space.violation(space.random(random))).isEmpty();
    }
  }

  @Test
  void readsComparisons() {
    SearchSpace space =
        read(
            CAMPAIGN.replace(
                "{max_flops: 1.2x, max_parameters: 1.5x}",
                "[flops <= 0.9 * flops(G*), activation_bytes < 1450KiB]"),
            Architectures.small());
    assertThat(space.constraints())
        .extracting(Constraint::declared)
        .containsExactly("flops <= 0.9 * flops(G*)", "activation_bytes < 1450KiB");
    // The seed does not meet the first: something near it does.
    assertThat(space.violation(space.seedGenotype())).isPresent();
    assertThat(space.anchor())
        .hasValueSatisfying(near -> assertThat(space.violation(near)).isEmpty());
    SpaceSurvey survey = space.survey(300, new SplittableRandom(2));
    assertThat(survey.allowed()).isBetween(10, 290);
    assertThat(survey.most().multiplyAdds())
        .isLessThanOrEqualTo((long) (0.9 * space.seedCost().multiplyAdds()));
  }

  @Test
  void measuresTheLatencyOnlyOfWhatMeetsTheOtherConstraints() {
    List<String> measured = new ArrayList<>();
    SearchSpace space =
        read(
                CAMPAIGN.replace(
                    "{max_flops: 1.2x, max_parameters: 1.5x}",
                    "[latency < 2 * latency(seed), flops <= flops(G*)]"),
                Architectures.small())
            .withLatency(
                network -> {
                  measured.add(ArchitectureYaml.id(network));
                  return CostModel.of(network).multiplyAdds() * 1e-6;
                });
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 50; i++) {
      Genotype genotype = space.random(random);
      boolean dear =
          CostModel.of(space.decode(genotype)).multiplyAdds() > space.seedCost().multiplyAdds();
      measured.clear();
      assertThat(space.violation(genotype).isPresent()).isEqualTo(dear);
      assertThat(measured.isEmpty()).isEqualTo(dear);
    }
  }

  private static SearchSpace read(String yaml, ArchitectureSpec seed) {
    return SearchSpace.read(Section.parse(yaml, "c.yaml").section("space"), seed);
  }
}
