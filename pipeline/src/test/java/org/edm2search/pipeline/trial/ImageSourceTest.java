package org.edm2search.pipeline.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.edm2search.data.format.FashionMnist;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.fid.ClassifierExtractor;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.sampling.GuidedDenoiser;
import org.edm2search.model.checkpoint.SamplerConfig;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.Section;
import org.edm2search.train.TrainedCandidate;
import org.edm2search.train.Trainer;
import org.edm2search.train.TrainingListener;
import org.edm2search.train.TrainingRecipe;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSourceTest {

  @TempDir private static Path directory;
  private static TrainedCandidate main;
  private static Path smaller;
  private static Path otherResolution;

  @BeforeAll
  static void train() {
    main = train("main", 8, 8);
    smaller = train("smaller", 8, 4).directory().resolve("checkpoint.safetensors");
    otherResolution = train("other", 4, 4).directory().resolve("checkpoint.safetensors");
  }

  private static TrainedCandidate train(String name, int resolution, int channels) {
    ArchitectureSpec spec =
        ArchitectureSpec.builder()
            .imgResolution(resolution)
            .imgChannels(1)
            .labelDim(10)
            .modelChannels(channels)
            .channelMult(List.of(1, 2))
            .numBlocks(1)
            .channelsPerHead(channels)
            .branches(BranchAssignment.uniform(Presets.seedBranch()))
            .build();
    TrainingRecipe recipe =
        TrainingRecipe.read(
            Section.parse("flops: 3e7\nbatch: 4\nsnapshot_images: 4\n", "recipe.yaml"));
    return new Trainer(recipe, FashionMnist.load(FashionMnist.Split.TEST, resolution), 1)
        .train(spec, directory.resolve(name), new TrainingListener() {});
  }

  private static EvaluationProtocol protocol(String guide) {
    return EvaluationProtocol.read(
        Section.parse("guidance: {weight: 1.5, guide: {%s}}\n".formatted(guide), "e.yaml"));
  }

  @Test
  void guideIsAnotherNetworkOfACheckpoint() {
    EvaluationProtocol protocol = protocol("checkpoint: '%s'".formatted(smaller));
    try (ImageSource draw = ImageSource.of(main, protocol)) {
      assertThat(draw.guide().orElseThrow().architecture().modelChannels()).isEqualTo(4);
      assertThat(draw.denoiser())
          .isInstanceOfSatisfying(
              GuidedDenoiser.class, guided -> assertThat(guided.weight()).isEqualTo(1.5));
    }
    try (FeatureExtractor features = ClassifierExtractor.builtin()) {
      assertThat(protocol.describe(features, "y")).contains("autoguidance 1.5 by checkpoint ");
      assertThat(protocol.digest(features, "y"))
          .isNotEqualTo(
              protocol("checkpoint: '%s'".formatted(otherResolution)).digest(features, "y"));
    }
  }

  @Test
  void guideIsTheSameNetworkLessTrained() {
    try (ImageSource draw = ImageSource.of(main, protocol("snapshot: 0.1"))) {
      assertThat(draw.guide().orElseThrow().architecture()).isEqualTo(main.architecture());
      assertThat(draw.guide().orElseThrow().parameters()).isNotEqualTo(draw.main().parameters());
    }
  }

  @Test
  void guideOfOtherImagesIsRefused() {
    EvaluationProtocol protocol = protocol("checkpoint: '%s'".formatted(otherResolution));
    assertThatThrownBy(() -> ImageSource.of(main, protocol))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining("4×4×1 images");
  }

  @Test
  void samplersSurviveTheExport() {
    EvaluationProtocol protocol =
        EvaluationProtocol.read(
            Section.parse(
                """
                steps: 9
                churn: {amount: 3, min: 0.1, noise: 1.01}
                guidance: {kind: classifier-free, weight: 2, interval: [0.2, 7]}
                """,
                "e.yaml"));
    SamplerConfig exported = new SamplerConfig(protocol.sampling(), 0.1, List.of());
    EvaluationProtocol back = EvaluationProtocol.drawing(exported.sampling(), 0);
    assertThat(back.sampler()).isEqualTo(protocol.sampler());
    assertThat(back.guidance()).isEqualTo(protocol.guidance());
    assertThat(exported.labelDropout()).isEqualTo(0.1);
  }

  @Test
  void classifierFreeGuidanceUsesTheNetworkAlone() {
    try (ImageSource draw =
        ImageSource.of(
            main,
            EvaluationProtocol.read(
                Section.parse("guidance: {kind: classifier-free, weight: 2}\n", "e.yaml")))) {
      assertThat(draw.guide()).isEmpty();
      assertThat(draw.denoiser())
          .isInstanceOfSatisfying(
              GuidedDenoiser.class, guided -> assertThat(guided.main()).isSameAs(draw.main()));
    }
  }
}
