package org.edm2search.eval.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.edm2search.model.Network;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.TensorFile;
import org.edm2search.model.sampling.Churn;
import org.edm2search.model.sampling.SigmaInterval;
import org.edm2search.model.sampling.SigmaSchedule;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.yaml.ArchitectureYaml;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

@Tag("gpu")
class GoldenHeunSamplerTest {

  private static TensorFile golden;

  @BeforeAll
  static void read() throws Exception {
    golden =
        Safetensors.read(
            Path.of(
                GoldenHeunSamplerTest.class
                    .getResource("/golden/heun-autoguidance.safetensors")
                    .toURI()));
  }

  private static Network network(String role, Map<String, String> changes) {
    Map<String, String> metadata = new TreeMap<>(golden.metadata());
    metadata.putAll(changes);
    ArchitectureSpec spec = ArchitectureYaml.fromMetadata(metadata);
    return Network.of(spec, Tensor.toArrays(golden.under(role + "/")));
  }

  private static HeunSampler sampler(Churn churn) {
    Map<String, String> metadata = golden.metadata();
    return new HeunSampler(
        new SigmaSchedule(
            Integer.parseInt(metadata.get("num_steps")),
            Double.parseDouble(metadata.get("sigma_min")),
            Double.parseDouble(metadata.get("sigma_max")),
            Double.parseDouble(metadata.get("rho"))),
        churn);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "1.7"})
  void samplesAgree(String weight) {
    try (Network main = network("main", Map.of());
        Network guide =
            network(
                "guide",
                Map.of(
                    "model_channels", golden.metadata().get("guide_channels"),
                    "label_dim", golden.metadata().get("guide_label_dim")))) {
      float[] images =
          sampler(Churn.NONE)
              .sample(
                  new GuidedDenoiser(main, guide, Double.parseDouble(weight), SigmaInterval.ALL),
                  golden.tensors().get("input/latents").toArray(),
                  golden.tensors().get("input/labels").toArray(),
                  List.of());

      float[] expected =
          golden.tensors().get("output/steps8-guidance%s-float64".formatted(weight)).values();
      assertThat(images).hasSize(4 * 3 * 16 * 16).hasSameSizeAs(expected);
      for (int i = 0; i < images.length; i++) {
        assertThat(images[i]).isCloseTo(expected[i], within(2e-3f));
      }
    }
  }

  @Test
  void anImageIsTheSameAloneAndAmongOthers() {
    try (Network main = network("main", Map.of())) {
      INDArray latents = golden.tensors().get("input/latents").toArray();
      INDArray labels = golden.tensors().get("input/labels").toArray();
      HeunSampler sampler = sampler(new Churn(20, 0.05, 50, 1.003));
      float[] together = sampler.sample(main, latents, labels, random());
      int pixels = together.length / 4;
      for (int image = 0; image < 4; image++) {
        float[] alone =
            sampler.sample(
                main,
                latents.get(NDArrayIndex.interval(image, image + 1)).dup('c'),
                labels.get(NDArrayIndex.interval(image, image + 1)).dup('c'),
                random().subList(image, image + 1));
        float[] among = Arrays.copyOfRange(together, image * pixels, (image + 1) * pixels);
        assertThat(alone).hasSize(pixels).containsExactly(among, within(1e-3f));
      }
    }
  }

  @Test
  void scheduleHasThePublishedLevels() {
    double[] sigmas = new SigmaSchedule(32, 0.002, 80, 7).sigmas();
    assertThat(sigmas).hasSize(33).endsWith(0);
    assertThat(sigmas[0]).isCloseTo(80, within(1e-9));
    assertThat(sigmas[1]).isCloseTo(66.930874, within(1e-6));
    assertThat(sigmas[15]).isCloseTo(2.901530, within(1e-6));
    assertThat(sigmas[30]).isCloseTo(0.004267, within(1e-6));
    assertThat(sigmas[31]).isCloseTo(0.002, within(1e-12));
    assertThat(new SigmaSchedule(32, 0.002, 80, 7).evaluations()).isEqualTo(63);
  }

  @Test
  void churnIsSeededPerImage() {
    try (Network main = network("main", Map.of())) {
      INDArray latents = golden.tensors().get("input/latents").toArray();
      HeunSampler sampler = sampler(new Churn(20, 0.05, 50, 1.003));
      float[] first = sampler.sample(main, latents, null, random());
      float[] second = sampler.sample(main, latents, null, random());
      float[] deterministic = sampler(Churn.NONE).sample(main, latents, null, List.of());
      assertThat(first).isEqualTo(second).isNotEqualTo(deterministic);
    }
  }

  private static List<RandomGenerator> random() {
    return LongStream.range(0, 4)
        .mapToObj(seed -> RandomGeneratorFactory.of("L64X128MixRandom").create(seed))
        .toList();
  }
}
