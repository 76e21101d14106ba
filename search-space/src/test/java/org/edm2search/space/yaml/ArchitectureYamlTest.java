package org.edm2search.space.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.edm2search.space.Architectures;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BranchSpec;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.architecture.UNetLayout;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchitectureYamlTest {

  private static final String SMALL =
      """
      img_resolution: 16
      img_channels: 3
      label_dim: 10
      model_channels: 8
      channel_mult: [1, 2]
      num_blocks: 1
      attn_resolutions: [8]
      channels_per_head: 8
      branch: separable
      depthwise: in,out
      kernel: 3
      expansion: 4
      embedding: narrow
      linear_bottleneck: true
      """;

  @Test
  void writesOneLineAKey() {
    assertThat(ArchitectureYaml.write(Architectures.small())).isEqualTo(SMALL);
    assertThat(read(SMALL)).isEqualTo(Architectures.small());
  }

  @RepeatedTest(200)
  void roundTrips(RepetitionInfo repetition) {
    ArchitectureSpec spec =
        Architectures.random(new SplittableRandom(repetition.getCurrentRepetition()));
    assertThat(read(ArchitectureYaml.write(spec))).isEqualTo(spec);
    assertThat(ArchitectureYaml.fromMetadata(ArchitectureYaml.toMetadata(spec))).isEqualTo(spec);
    assertThat(ArchitectureYaml.id(spec.canonical())).isEqualTo(ArchitectureYaml.id(spec));
  }

  @Test
  void presetsRoundTrip() {
    for (Presets.Preset preset : Presets.all()) {
      ArchitectureSpec spec = preset.architecture();
      assertThat(read(ArchitectureYaml.write(spec))).isEqualTo(spec);
      assertThat(ArchitectureYaml.fromMetadata(ArchitectureYaml.toMetadata(spec))).isEqualTo(spec);
    }
  }

  @Test
  void readsTheMetadataOfGoldenFiles() {
    Map<String, String> metadata = new HashMap<>();
    metadata.put("config", "Gstar");
    metadata.put("branch", "separable");
    metadata.put("depthwise", "in,out");
    metadata.put("kernel", "3");
    metadata.put("expansion", "4");
    metadata.put("embedding", "narrow");
    metadata.put("linear_bottleneck", "true");
    metadata.put("model_channels", "8");
    metadata.put("channel_mult", "1,2");
    metadata.put("num_blocks", "1");
    metadata.put("attn_resolutions", "8");
    metadata.put("img_resolution", "16");
    metadata.put("img_channels", "3");
    metadata.put("label_dim", "10");
    metadata.put("channels_per_head", "8");
    metadata.put("sigma_data", "0.5");
    metadata.put("parameters", "27795");
    assertThat(ArchitectureYaml.fromMetadata(metadata)).isEqualTo(Architectures.small());

    metadata.put("sigma_data", "1");
    assertThatThrownBy(() -> ArchitectureYaml.fromMetadata(metadata, "x.safetensors"))
        .hasMessage("x.safetensors: sigma_data: must be 0.5, but is 1");
    metadata.remove("sigma_data");
    metadata.remove("kernel");
    assertThatThrownBy(() -> ArchitectureYaml.fromMetadata(metadata, "x.safetensors"))
        .hasMessage("x.safetensors: kernel: required key is missing");
    metadata.put("branch", "conv\nkernel: 3");
    assertThatThrownBy(() -> ArchitectureYaml.fromMetadata(metadata, "x.safetensors"))
        .isInstanceOf(InvalidConfigException.class);
  }

  @Test
  void overridesInheritFromWhatSurroundsThem() {
    ArchitectureSpec spec =
        read(
            SMALL
                + """
                branches:
                  dec.8x8_in0: {embedding: wide}
                  dec: {expansion: 6}
                  dec.8x8: {kernel: 5, depthwise: [mid, out]}
                  enc: {branch: conv}
                """);
    BranchSpec block = spec.branches().overrides().get("dec.8x8_in0");
    assertThat(ArchitectureYaml.toMetadata(Architectures.small(block)))
        .containsEntry("depthwise", "mid,out")
        .containsEntry("kernel", "5")
        .containsEntry("expansion", "6")
        .containsEntry("embedding", "wide");
    assertThat(spec.branches().overrides().get("enc")).isEqualTo(BranchSpec.CONV);
    assertThat(UNetLayout.of(spec).blocks()).isNotEmpty();
  }

  @Test
  void keepsKernelsPerPlacement() {
    ArchitectureSpec spec = read(SMALL.replace("kernel: 3", "kernel: in:3,out:5"));
    assertThat(ArchitectureYaml.write(spec)).contains("\nkernel: in:3,out:5\n");
  }

  @Test
  void readsTheNetworkOfACampaign() {
    Section network =
        Section.parse(
            "{model_channels: 8, channel_mult: [1, 2], num_blocks: 1, attn_resolutions: [8],"
                + " channels_per_head: 8}",
            "c.yaml");
    assertThat(ArchitectureYaml.readNetwork(network, 16, 3, 10)).isEqualTo(Architectures.small());
    Section twice = Section.parse("{img_resolution: 8, model_channels: 8}", "c.yaml");
    assertThatThrownBy(() -> ArchitectureYaml.readNetwork(twice, 16, 3, 10))
        .isInstanceOf(InvalidConfigException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "kernel: 3|kernel: 4|11: kernel: must be 3, 5 or 7, but is '4'",
        "kernel: 3|kernel: in:3|11: kernel: must give the depthwise placements in,out,"
            + " but gives in",
        "kernel: 3|kernel: in:3,to:5|11: kernel: must be 3, 5 or 7, or such as in:3,out:5,"
            + " but is 'to:5'",
        "expansion: 4|expansion: 0.5|12: expansion: must be between 1 and 16, but is 0.5",
        "expansion: 4|expanion: 4|9: expansion: required key is missing",
        "depthwise: in,out|depthwise: in,in|10: depthwise: names 'in' twice",
        "depthwise: in,out|depthwise: []|10: depthwise: must name at least one of in, mid, out",
        "depthwise: in,out|depthwise: middle|10: depthwise: must be some of in, mid, out,"
            + " but names 'middle'",
        "embedding: narrow|embedding: narow|13: embedding: must be one of wide, narrow,"
            + " but is 'narow'; did you mean 'narrow'?",
        "branch: separable|branch: conv|10: depthwise: a 'conv' branch has nothing to choose here",
        "img_resolution: 16|img_resolution: 15|1: img_resolution: must be a multiple of 2"
            + " for 2 levels, but is 15",
        "channels_per_head: 8|channels_per_head: 5|8: channels_per_head: must give a number of"
            + " heads that divides the 16 channels at 8x8, but 5 gives 3",
        "channels_per_head: 8|channels_per_head: 17|8: channels_per_head: must be at most the 16"
            + " channels at 8x8, but is 17",
        "model_channels: 8|model_channels: 0|4: model_channels: must be between 1 and 8192,"
            + " but is 0",
        "channel_mult: [1, 2]|channel_mult: []|5: channel_mult: must give a number of levels"
            + " between 1 and 8, but gives 0",
        "num_blocks: 1|num_blocks: 1\\nsigma_data: 0.5|7: sigma_data: unknown key; known:"
      })
  void locatesErrors(String line, String changed, String message) {
    String yaml = SMALL.replace(line, changed.replace("\\n", "\n"));
    String expected =
        line.startsWith("expansion") && changed.startsWith("expanion")
            ? "arch.yaml: expansion: required key is missing; is 'expanion' in line 12 meant?"
            : "arch.yaml:" + message;
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith(expected);
  }

  @Test
  void rejectsSelectorsWithoutBlocks() {
    assertThatThrownBy(() -> read(SMALL + "branches:\n  dec.8x8_in2: {expansion: 2}\n"))
        .hasMessage(
            "arch.yaml:16: branches.dec.8x8_in2: selects no block of this network,"
                + " did you mean 'dec.8x8_in0'?");
    assertThatThrownBy(() -> read(SMALL + "branches:\n  everything: {expansion: 2}\n"))
        .hasMessage(
            "arch.yaml:16: branches.everything: selects no block of this network;"
                + " a selector is such as enc, dec.16x16 or dec.8x8_in0");
    assertThatThrownBy(() -> read(SMALL + "branches:\n  dec: {expanson: 2}\n"))
        .hasMessage("arch.yaml:16: branches.dec.expanson: unknown key, did you mean 'expansion'?");
  }

  private static ArchitectureSpec read(String yaml) {
    return ArchitectureYaml.read(Section.parse(yaml, "arch.yaml"));
  }
}
