package org.edm2search.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.Presets;
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
        .extracting(Constraint::limit)
        .containsExactly(
            (long) Math.floor(space.seedCost().parameters() * 1.5),
            space.seedCost().multiplyAdds() * 12 / 10);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "kernel: |kernal: |3: space.genes.kernal: unknown key, did you mean 'kernel'?",
        "kernel: |width: |3: space.genes.width: unknown key; known: kernel, expansion,"
            + " depthwise, embedding, linear_bottleneck",
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
        "1.2x|fast|8: space.constraints.max_flops: must be a positive number, or a multiple of the"
            + " seed's such as 1.2x, but is 'fast'",
        "1.2x|-5|8: space.constraints.max_flops: must be a positive number, or a multiple of the"
            + " seed's such as 1.2x, but is '-5'",
        "1.2x|0|8: space.constraints.max_flops: must be at least 1, but is 0",
        "1.2x|1000|8: space.constraints.max_flops: no architecture of the space meets 1000: the"
            + " cheapest needs ",
        "1.5x|0.01x|8: space.constraints.max_parameters: no architecture of the space meets 0.01x:"
            + " the cheapest needs ",
        "1.5x|0.9x|8: space.constraints.max_parameters: the seed architecture, always trial 0,"
            + " needs 27,795 parameters, more than 0.9x; give at least 1x"
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
    assertThat(space.constraints())
        .extracting(Constraint::limit)
        .containsExactlyElementsOf(
            List.of(space.seedCost().parameters() * 99999999999999L, Long.MAX_VALUE));
  }

  private static SearchSpace read(String yaml, ArchitectureSpec seed) {
    return SearchSpace.read(Section.parse(yaml, "c.yaml").section("space"), seed);
  }
}
