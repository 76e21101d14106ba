package org.edm2search.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.edm2search.model.sampling.Churn;
import org.edm2search.model.sampling.Guidance;
import org.edm2search.model.sampling.Sampling;
import org.edm2search.model.sampling.SigmaInterval;
import org.edm2search.model.sampling.SigmaSchedule;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.Section;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelBundleTest {

  private static final WeightedNetwork NETWORK =
      new WeightedNetwork(SmallNetwork.SPEC, SmallNetwork.tensors(1));
  private static final List<String> CLASSES = List.of("cat", "dog");
  private static final Map<String, Object> SCORE =
      Map.of(
          "name", "FD@100", "value", 1.5, "low_95", 1.25, "high_95", 1.75, "protocol", "all of it");

  @TempDir private Path directory;

  private static ModelBundle bundle(double guidanceWeight) {
    return new ModelBundle(
        NETWORK,
        guidanceWeight == 1 ? Optional.empty() : Optional.of(NETWORK),
        sampler(Churn.NONE, autoguidance(guidanceWeight), 0),
        new LinkedHashMap<>(Map.of("score", SCORE, "parameters", 7)));
  }

  private static Guidance autoguidance(double weight) {
    return Guidance.of(
        Guidance.AUTOGUIDANCE, weight, SigmaInterval.ALL, new Guidance.Guide.Exported());
  }

  private static SamplerConfig sampler(Churn churn, Guidance guidance, double labelDropout) {
    return new SamplerConfig(
        new Sampling(new SigmaSchedule(12, 0.002, 80, 7), churn, guidance), labelDropout, CLASSES);
  }

  private static ModelBundle bundle(SamplerConfig sampler) {
    return new ModelBundle(NETWORK, Optional.empty(), sampler, Map.of());
  }

  private static String card(ModelBundle bundle) {
    return card("tiny", "pets", Map.of("trained_images", 7, "device", "CPU X"))
        .of(bundle, Set.of());
  }

  private static ModelCard card(String name, String dataset, Map<String, Object> training) {
    return new ModelCard(name, dataset, Optional.empty(), training, List.of("not the best | yet"));
  }

  private static void write(Path target, ModelBundle bundle) {
    bundle.write(target, new byte[] {1, 2, 3}, files -> card(bundle), List.of());
  }

  @Test
  void writtenBundleReadsBack() throws Exception {
    Path target = directory.resolve("out/model");
    ModelBundle bundle = bundle(1.5);

    write(target, bundle);
    ModelBundle read = ModelBundle.read(target);

    assertThat(read.model().architecture()).isEqualTo(SmallNetwork.SPEC);
    assertThat(read.sampler()).isEqualTo(bundle.sampler());
    assertThat(read.metrics()).isEqualTo(bundle.metrics());
    assertThat(read.guide()).isPresent();
    bundle
        .model()
        .tensors()
        .forEach(
            (name, tensor) ->
                assertThat(SmallNetwork.bits(read.model().tensors().get(name).values()))
                    .isEqualTo(SmallNetwork.bits(tensor.values())));
    assertThat(target.toFile().list())
        .containsExactlyInAnyOrder(
            "model.safetensors",
            "guide.safetensors",
            "architecture.yaml",
            "sampler.json",
            "metrics.json",
            "samples.png",
            "README.md",
            "SHA256SUMS");
    assertThat(Safetensors.read(target.resolve("model.safetensors")).metadata())
        .containsEntry("format", "pt")
        .hasEntrySatisfying(
            "architecture", json -> assertThat(json).contains("\"branch\": \"separable\""));
    assertThat(Files.readAllLines(target.resolve("SHA256SUMS"))).hasSize(7);
    assertThat(target.getParent().toFile().list()).containsExactly("model");
  }

  @Test
  void onlyBundlesAreReplaced() throws Exception {
    Path model = directory.resolve("model");
    write(model, bundle(1.5));
    write(model, bundle(1));
    assertThat(ModelBundle.read(model).guide()).isEmpty();

    Path other = Files.createDirectory(directory.resolve("precious"));
    Files.writeString(other.resolve("thesis.txt"), "…");
    assertThatThrownBy(() -> write(other, bundle(1)))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining("is not a bundle");
    assertThat(other.resolve("thesis.txt")).exists();

    Path file = Files.writeString(directory.resolve("file"), "…");
    assertThatThrownBy(() -> write(file, bundle(1))).hasMessageContaining("is not a bundle");
    assertThatThrownBy(() -> write(file.resolve("below"), bundle(1)))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining("cannot be written");
    assertThat(file).hasContent("…");

    Files.createDirectory(model.resolve(".git"));
    assertThatThrownBy(() -> write(model, bundle(1)))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining("also '.git', which would be lost");
    assertThat(model.resolve(".git")).exists();
    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("model", "precious", "file");
  }

  @Test
  void whatKilledWritersOfTheSameBundleLeftLongAgoIsDeleted() throws Exception {
    Path target = directory.resolve("best");
    Path old = Files.createDirectory(AtomicFile.beside(target));
    Files.writeString(old.resolve("model.safetensors"), "half");
    Files.setLastModifiedTime(old, FileTime.fromMillis(0));
    Path anothers = Files.createDirectory(AtomicFile.beside(directory.resolve("other")));
    Files.setLastModifiedTime(anothers, FileTime.fromMillis(0));
    Path busy = Files.createDirectory(AtomicFile.beside(target));
    write(target, bundle(1));
    assertThat(old).doesNotExist();
    assertThat(anothers).exists();
    assertThat(busy).exists();
  }

  @Test
  void anEmptyDirectoryIsFilled() throws Exception {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    write(empty, bundle(1));
    assertThat(ModelBundle.read(empty).guide()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "architecture.yaml",
        "metrics.json",
        "samples.png",
        "README.md",
        "SHA256SUMS",
        "guide.safetensors",
        "model.safetensors",
        "sampler.json"
      })
  void missingFilesAreNamed(String name) throws Exception {
    Path target = directory.resolve("model");
    write(target, bundle(1.5));
    Files.delete(target.resolve(name));
    assertThatThrownBy(() -> ModelBundle.read(target))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining(name);
  }

  @Test
  void oneChangedBitOfTheWeightsIsFound() throws Exception {
    for (String name : List.of("model.safetensors", "guide.safetensors")) {
      Path target = directory.resolve("model");
      write(target, bundle(1.5));
      byte[] bytes = Files.readAllBytes(target.resolve(name));
      bytes[bytes.length - 1] ^= 1;
      Files.write(target.resolve(name), bytes);
      assertThatThrownBy(() -> ModelBundle.read(target))
          .isInstanceOf(InvalidTensorFileException.class)
          .hasMessageContaining(name + ": is damaged");
    }
  }

  @Test
  void anUnlistedGuideIsRefused() throws Exception {
    Path target = directory.resolve("model");
    write(target, bundle(1));
    Files.copy(target.resolve("model.safetensors"), target.resolve("guide.safetensors"));
    assertThatThrownBy(() -> ModelBundle.read(target))
        .hasMessageContaining("does not list guide.safetensors");
  }

  @Test
  void churnAndGuidanceReadBack() throws Exception {
    Path target = directory.resolve("model");
    double unlimited = Double.POSITIVE_INFINITY;
    for (SamplerConfig sampler :
        List.of(
            sampler(
                new Churn(40, 0.05, 50, 1.003),
                new Guidance.ClassifierFree(1.5, new SigmaInterval(0.28, 2.9)),
                0.1),
            sampler(
                new Churn(4, 0, unlimited, 1),
                new Guidance.ClassifierFree(0, new SigmaInterval(0.28, unlimited)),
                0))) {
      write(target, bundle(sampler));
      assertThat(ModelBundle.read(target).sampler()).isEqualTo(sampler);
    }
    assertThat(Files.readString(target.resolve("README.md")))
        .contains(
            "churn 4.0 for σ from 0.0", "classifier-free guidance with weight 0.0 where 0.28");
  }

  @Test
  void samplersWithoutChurnAndGuidanceAreWrittenAsEver() throws Exception {
    Path target = directory.resolve("model");
    write(target, bundle(1));
    assertThat(Files.readString(target.resolve("sampler.json")))
        .contains("\"guidance_weight\" : 1.0")
        .doesNotContain("churn", "guidance_kind", "guidance_interval", "label_dropout");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"churn\": 4 | 'churn' must be an object",
        "\"churn\": {\"amount\": 4} | 'min' must be a number, but is missing",
        "\"churn\": {\"amount\": 4, \"min\": 2, \"max\": 1, \"noise\": 1} | 0 ≤ min ≤ max",
        "\"churn\": {\"amount\": 1e999, \"min\": 2, \"noise\": 1} | amount of churn must be between 0",
        "\"guidance_kind\": \"none\" | must be autoguidance or classifier-free",
        "\"guidance_interval\": [] | one or two numbers",
        "\"guidance_interval\": [1, \"2\"] | one or two numbers",
        "\"guidance_interval\": [2, 1] | 0 ≤ low < high",
        "\"label_dropout\": 1 | label_dropout must be",
        "\"noise\": 2 | unknown key",
        "\"churn\": {\"amount\": 1, \"min\": 0, \"noise\": 1, \"nose\": 1} | unknown key",
      })
  void furtherSamplerSettingsAreChecked(String line, String reason) throws Exception {
    Path target = directory.resolve("model");
    write(target, bundle(1));
    Path file = target.resolve("sampler.json");
    Files.writeString(file, Files.readString(file).replaceFirst("\\{", "{" + line + ","));
    assertThatThrownBy(() -> ModelBundle.read(target))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "steps | 1e9 | 'steps' must be an integer",
        "steps | 12.5 | 'steps' must be an integer",
        "steps | 99999999999 | 'steps' must be an integer",
        "steps | 1 | steps must be between 2 and 10000, but is 1",
        "sigma_min | 90 | 0 < sigma_min < sigma_max",
        "sigma_max | 1e999 | 0 < sigma_min < sigma_max",
        "sigma_data | 1 | sigma_data must be 0.5",
        "rho | \"7\" | 'rho' must be a number",
        "guidance_weight | 2 | a guide comes with a guidance weight",
        "guidance_weight | -1 | must be between 0 and 100",
        "sampler | \"euler\" | 'sampler' must be \"heun\"",
        "classes | [\"cat\", 1] | 'classes' must be texts",
        "classes | [\"cat\"] | has 2 classes, but 1 are named",
      })
  void samplerSettingsAreChecked(String key, String value, String reason) throws Exception {
    Path target = directory.resolve("model");
    write(target, bundle(1));
    Path file = target.resolve("sampler.json");
    String changed =
        Files.readString(file)
            .replaceFirst(
                "\"%s\" : (\\[[^]]*]|[^,\\n]*)".formatted(key),
                "\"%s\" : %s".formatted(key, value));
    Files.writeString(file, changed);
    assertThatThrownBy(() -> ModelBundle.read(target))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageStartingWith(target.toString())
        .hasMessageContaining(reason);
  }

  @Test
  void anotherDecodingIsRefused() throws Exception {
    Path target = directory.resolve("model");
    write(target, bundle(1));
    Path file = target.resolve("sampler.json");
    Files.writeString(file, Files.readString(file).replace("trunc(", "round("));
    assertThatThrownBy(() -> ModelBundle.read(target))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining("'decode' must be \"trunc(");
  }

  @Test
  void textsMayBeEdited() throws Exception {
    Path target = directory.resolve("model");
    write(target, bundle(1));
    Files.writeString(target.resolve("README.md"), "---\nlicense: mit\n---\n");
    Path sampler = target.resolve("sampler.json");
    String text = Files.readString(sampler);
    Files.writeString(sampler, text.replace("\"steps\" : 12", "\"steps\" : 30"));
    assertThat(ModelBundle.read(target).sampler().sampling().schedule().steps()).isEqualTo(30);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sampler.json | [] | must be a JSON object",
        "sampler.json | {\"steps\": | not valid JSON",
        "metrics.json | [1] | is not a JSON object",
        "metrics.json | null | is not a JSON object",
        "metrics.json | {\"a\" | is not a JSON object",
        "architecture.yaml | model_channels: 4 | img_resolution",
        "SHA256SUMS | abc | a line must be a SHA-256",
        "SHA256SUMS | '' | does not list model.safetensors",
      })
  void damagedTextsAreRefused(String name, String text, String reason) throws Exception {
    Path target = directory.resolve("model");
    write(target, bundle(1));
    Files.writeString(target.resolve(name), text);
    assertThatThrownBy(() -> ModelBundle.read(target))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(reason)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void aHugeTextIsRefused() throws Exception {
    Path target = directory.resolve("model");
    write(target, bundle(1));
    Files.write(target.resolve("metrics.json"), new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> ModelBundle.read(target)).hasMessageContaining("larger than 1 MiB");
    assertThatThrownBy(() -> ModelBundle.read(directory)).hasMessageContaining("is not a bundle");
  }

  @Test
  void anArchitectureThatIsNotTheModelsIsRefused() throws Exception {
    Path target = directory.resolve("model");
    write(target, bundle(1));
    Path file = target.resolve("architecture.yaml");
    Files.writeString(file, Files.readString(file).replace("expansion: 4", "expansion: 6"));
    assertThatThrownBy(() -> ModelBundle.read(target))
        .hasMessageContaining("architecture.yaml: is another architecture");
  }

  @Test
  void bundlesThatContradictThemselvesCannotBeMade() {
    SamplerConfig unguided = sampler(Churn.NONE, autoguidance(1), 0);
    assertThatThrownBy(() -> new ModelBundle(NETWORK, Optional.of(NETWORK), unguided, Map.of()))
        .hasMessageContaining("a guide comes with");
    ArchitectureSpec spec = SmallNetwork.SPEC;
    ArchitectureSpec larger =
        ArchitectureSpec.builder()
            .imgResolution(16)
            .imgChannels(1)
            .labelDim(2)
            .modelChannels(4)
            .channelMult(spec.channelMult())
            .numBlocks(1)
            .attnResolutions(spec.attnResolutions())
            .channelsPerHead(4)
            .branches(spec.branches())
            .build();
    SamplerConfig guided = sampler(Churn.NONE, autoguidance(2), 0);
    WeightedNetwork guide = new WeightedNetwork(larger, Map.of());
    assertThatThrownBy(() -> new ModelBundle(NETWORK, Optional.of(guide), guided, Map.of()))
        .hasMessageContaining("must draw the same images");

    Map<String, Tensor> tensors = new TreeMap<>(NETWORK.tensors());
    tensors.remove("unet.out_gain");
    ModelBundle incomplete =
        new ModelBundle(new WeightedNetwork(spec, tensors), Optional.empty(), unguided, Map.of());
    assertThatThrownBy(() -> write(directory.resolve("model"), incomplete))
        .isInstanceOf(InvalidTensorFileException.class)
        .hasMessageContaining("unet.out_gain");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void theCardSaysWhatHubsAndReadersAsk() {
    String card = card(bundle(1.5));
    assertThat(card)
        .contains(
            "library_name: edm2-search",
            "| data | pets |",
            "| trained images | 7 |",
            "| FD@100 | 1.5 (95 % interval over samples 1.25 to 1.75) |",
            "> not the best \\| yet.",
            "| classes | 2: cat, dog |",
            "one multiply-add = 1",
            "| channel_mult | 1,2 |",
            "autoguidance with weight 1.5",
            "edm2-search sample PATH_TO_THIS_DIRECTORY --out grid.png",
            "EDM2+",
            "arXiv 2312.02696")
        .doesNotContain("FID@", "CPU X");
    Section front = Section.parse(card.split("---\n")[1], "card");
    assertThat(front.has("datasets")).as("a folder is not on a hub").isFalse();
    assertThat(front.has("pipeline_tag")).as("it is told the class").isFalse();
    assertThat(front.strings("tags")).contains("class-conditional");
    Section result = front.sections("model-index").get(0).sections("results").get(0);
    assertThat(result.section("dataset").string("name")).isEqualTo("pets");
    assertThat(result.sections("metrics")).hasSize(1);
    String ours = card("tiny", "fashion-mnist", Map.of()).of(bundle(1.5), Set.of());
    assertThat(Section.parse(ours.split("---\n")[1], "card").strings("datasets"))
        .containsExactly("zalando-datasets/fashion_mnist");
    assertThat(front.has("license")).isFalse();
  }

  @Test
  void namesCannotBreakTheCard() {
    String card =
        card("a\n---\nb", "x\"]\nlicense: mit\n#\\", Map.of("k|k", "v\n| w | <script>"))
            .of(bundle(1), Set.of());
    Section front = Section.parse(card.split("---\n")[1], "card");
    Section result = front.sections("model-index").get(0).sections("results").get(0);
    assertThat(result.section("dataset").string("name")).isEqualTo("x\"] license: mit #\\");
    assertThat(front.keys()).containsExactlyInAnyOrder("library_name", "tags", "model-index");
    assertThat(card).contains("| k\\|k | v \\| w \\| &lt;script> |").contains("# a --- b");
  }
}
