package org.edm2search.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.edm2search.model.sampling.Churn;
import org.edm2search.model.sampling.Guidance;
import org.edm2search.model.sampling.Sampling;
import org.edm2search.model.sampling.SigmaSchedule;
import org.edm2search.space.yaml.Section;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Cards by the rules of Hugging Face's hub: its documentation's {@code modelcard.md} for the keys,
 * and for {@code model-index} what {@code huggingface_hub}'s {@code model_index_to_eval_results}
 * and {@code RepoCard} take, which fail on anything else.
 */
class ModelCardTest {

  /** REGEX_YAML_BLOCK of huggingface_hub's repocard.py. */
  private static final Pattern YAML_BLOCK =
      Pattern.compile("^(\\s*---[\\r\\n]+)([\\S\\s]*?)([\\r\\n]+---(\\r\\n|\\n|$))");

  private static final Set<String> KEYS =
      Set.of(
          "license", "library_name", "pipeline_tag", "tags", "datasets", "model-index", "metrics");
  private static final Set<String> PIPELINE_TAGS =
      Set.of("unconditional-image-generation", "text-to-image", "image-to-image");
  private static final Pattern REPOSITORY = Pattern.compile("[\\w.-]{1,96}/[\\w.-]{1,96}");
  private static final Set<String> METRICS = Set.of("fid", "frechet-distance");

  private static ModelBundle bundle(Map<String, Object> metrics) {
    return new ModelBundle(
        new WeightedNetwork(SmallNetwork.SPEC, SmallNetwork.tensors(1)),
        Optional.empty(),
        new SamplerConfig(
            new Sampling(new SigmaSchedule(12, 0.002, 80, 7), Churn.NONE, new Guidance.None()),
            0,
            List.of()),
        metrics);
  }

  private static String card(String name, String dataset, Optional<String> license) {
    Map<String, Object> score =
        Map.of("name", "FD@100 (builtin 1a2b)", "value", 12.5, "protocol", "everything");
    Map<String, Object> training =
        Map.of(
            "seed",
            17L,
            "digests",
            Map.of("data set", "ab12cd"),
            "device",
            "CPU EPYC, 2 threads",
            "versions",
            Map.of("java", "17"));
    return new ModelCard(name, dataset, license, training, List.of())
        .of(bundle(Map.of("score", score, "parameters", 7L)), Set.of("model.fb", "sampler.jar"));
  }

  @ParameterizedTest
  @CsvSource({
    "quickstart-trial-3, fashion-mnist, apache-2.0",
    "'a: \"b\" # c', 'my photos: 2024 [x]', cc-by-4.0",
    "'- x', '{}', ",
  })
  void theHubTakesTheFrontMatter(String name, String dataset, String license) {
    Matcher block = YAML_BLOCK.matcher(card(name, dataset, Optional.ofNullable(license)));
    assertThat(block.find()).isTrue();
    Section front = Section.parse(block.group(2), "README.md");

    assertThat(KEYS).containsAll(front.keys());
    assertThat(front.has("license")).isEqualTo(license != null);
    assertThat(front.string("library_name")).isNotBlank();
    assertThat(front.strings("tags")).isNotEmpty().allMatch(tag -> tag.matches("[a-z0-9-]+"));
    if (front.has("pipeline_tag")) {
      assertThat(PIPELINE_TAGS).contains(front.string("pipeline_tag"));
    }
    if (front.has("datasets")) {
      assertThat(front.strings("datasets")).allMatch(id -> REPOSITORY.matcher(id).matches());
    }
    List<Section> models = front.sections("model-index");
    assertThat(models).hasSize(1);
    assertThat(models.get(0).string("name")).isEqualTo(name);
    List<Section> results = models.get(0).sections("results");
    assertThat(results).hasSize(1);
    Section result = results.get(0);
    assertThat(result.section("task").string("type")).isNotBlank();
    assertThat(result.section("dataset").string("type")).isNotBlank();
    assertThat(result.section("dataset").string("name")).isEqualTo(dataset);
    Section metric = result.sections("metrics").get(0);
    assertThat(METRICS).contains(metric.string("type"));
    assertThat(metric.number("value")).isEqualTo(12.5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ab12cd", "CPU EPYC", "{java"})
  void whatOnlyProgramsReadIsNotInTheCard(String clutter) {
    assertThat(card("model", "pets", Optional.empty())).doesNotContain(clutter);
  }

  @Test
  void whatThisNetworkScoresIsToldApartFromTheOthersOfItsArchitecture() {
    Map<String, Object> finalist =
        Map.of(
            "score_name",
            "FD@300",
            "mean",
            13.25,
            "standard_deviation",
            2.5,
            "own_block",
            Map.of("score", 15.25, "deviation", 0.5));
    Map<String, Object> once = Map.of("finalist", finalist, "runs", List.of(2));
    Map<String, Object> often = Map.of("finalist", finalist, "runs", List.of(2, 13, 15));
    ModelCard card = new ModelCard("wide", "pets", Optional.empty(), Map.of(), List.of());
    assertThat(card.of(bundle(once), Set.of()))
        .contains("| FD@300, on seeds that nothing was chosen on | 13.25 ± 2.5 |");
    assertThat(card.of(bundle(often), Set.of()))
        .contains(
            "| FD@300, on seeds that nothing was chosen on | 15.25 ± 0.5 |",
            "| FD@300, of all 3 trainings of the architecture | 13.25 ± 2.5 |");
  }

  @Test
  void aCardClaimsOnlyWhatHoldsForItsModel() {
    Map<String, Object> origin = Map.of("genotype", "kernel=5", "ema", 0.05);
    ModelCard card = new ModelCard("long", "pets", Optional.empty(), origin, List.of());
    assertThat(card.of(bundle(Map.of("parameters", 7L)), Set.of()))
        .contains("No score was recorded", "selected by scores of short", "| ema | 0.05 |")
        .doesNotContain("score above", "small budget", "builtin");
    Map<String, Object> inception =
        Map.of("name", "FID@50000 (inception 6726825d)", "value", 3.0, "protocol", "everything");
    assertThat(card.of(bundle(Map.of("score", inception)), Set.of()))
        .contains("| FID@50000 (inception 6726825d) | 3 |")
        .doesNotContain("built-in");
    assertThat(card("tuned", "pets", Optional.empty())).doesNotContain("found by architecture");
  }

  @ParameterizedTest
  @ValueSource(strings = {"python sample.py", "java -jar sampler.jar", "model.onnx", "samples.png"})
  void howToDrawComesBeforeHowItWasMade(String start) {
    String card = card("model", "pets", Optional.empty());
    assertThat(card.indexOf(start)).isBetween(0, card.indexOf("## Evaluation"));
    assertThat(card).contains("## Limits", "## Training", "network.svg");
  }

  @Test
  void whatIsNotInTheBundleIsNotOffered() {
    String card =
        new ModelCard("wide", "pets", Optional.empty(), Map.of(), List.of())
            .of(bundle(Map.of()), Set.of("model.onnx", "model.onnx.data"));
    assertThat(card)
        .doesNotContain("java -jar sampler.jar", "by `Denoise.java`")
        .contains("There is no `model.fb`", "there is no `sampler.jar`");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Apache 2.0", "apache", "mit\nx: y", ""})
  void otherLicensesAreRefused(String license) {
    assertThatThrownBy(() -> HubLicenses.require(license))
        .hasMessageContaining("is no license identifier of Hugging Face's list");
  }
}
