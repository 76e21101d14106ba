package org.edm2search.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.edm2search.campaign.strategy.SearchSettings;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.yaml.InvalidConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CampaignConfigTest {

  private static final String YAML =
      Examples.yaml(Path.of("some/where"), "strategy: genetic, population: 6", 5, Examples.GENES);

  private static CampaignConfig parse(String text) {
    return CampaignConfig.parse(text, "test.yaml");
  }

  private static String replaced(String from, String to) {
    assertThat(YAML).contains(from);
    return YAML.replace(from, to);
  }

  private static void requireContinues(String earlier, String now) {
    parse(now).requireContinues(earlier, new CampaignDirectory(Path.of("some/where")));
  }

  @Test
  void readsItsSectionsAndHandsOutTheOthers() {
    CampaignConfig config = parse(YAML);
    assertThat(config.name()).isEqualTo("test");
    assertThat(config.seed()).isEqualTo(7);
    assertThat(config.trials()).isEqualTo(5);
    assertThat(config.directory().path()).isEqualTo(Path.of("some/where").toAbsolutePath());
    assertThat(config.search().strategy()).isEqualTo(SearchSettings.Kind.GENETIC);
    assertThat(config.search().population()).isEqualTo(6);
    assertThat(config.training().number("flops")).isEqualTo(1e12);
    assertThat(config.evaluation().integer("samples")).isEqualTo(1000);
    assertThat(config.data().string("dataset")).isEqualTo("fashion-mnist");
    assertThat(config.data().integer("resolution")).isEqualTo(16);
  }

  @Test
  void sectionsWhoseKeysAllHaveDefaultsMayBeLeftOut() {
    String without =
        YAML.replaceAll("(?m)^search:.*\\R(?: .*\\R)*", "")
            .replaceAll("(?m)^evaluation:.*\\R(?: .*\\R)*", "");
    assertThat(without).doesNotContain("search:", "evaluation:");
    CampaignConfig config = parse(without);
    assertThat(config.search().strategy()).isEqualTo(SearchSettings.Kind.MODEL);
    assertThat(config.evaluation().integer("samples", 17)).isEqualTo(17);
    assertThat(config.space(16, 1, 10).genes()).isNotEmpty();
  }

  @Test
  void theSeedArchitectureHasTheBranchOfGStar() {
    CampaignConfig config = parse(YAML);
    SearchSpace space = config.space(16, 1, 10);
    assertThat(space.seed()).isEqualTo(config.seedArchitecture(16, 1, 10).canonical());
    assertThat(space.seed().branches().base()).isEqualTo(Presets.seedBranch());
    assertThat(space.seed().imgChannels()).isEqualTo(1);
    assertThat(space.seed().labelDim()).isEqualTo(10);
  }

  @Test
  void theDirectoryDefaultsToTheName() {
    CampaignConfig config = parse(replaced(", directory: \"some/where\"", ""));
    assertThat(config.directory().path()).isEqualTo(Path.of("campaigns/test").toAbsolutePath());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "evaluation:     | evaluatoin:        | did you mean 'evaluation'",
        "trials: 5       | trials: 0          | campaign.trials: must be between 1 and",
        "trials: 5       | trails: 5          | campaign.trials: required key is missing",
        "search:         | 'budget: {flops: 0}\nsearch:' | budget.flops: must be between 1",
        "search:         | 'budget: {hours: -1}\nsearch:' | budget.hours: must be above 0",
        "search:         | 'budget: {plateau: 0}\nsearch:' | budget.plateau: must be at least 1",
        "search:         | 'budget: {trials: 3}\nsearch:' | budget.trials: cannot be given together",
        "search:         | 'budget: {flop: 3}\nsearch:' | did you mean 'flops'",
        "name: test      | name: ../test      | campaign.name: must be up to 64 letters",
        "some/where      | some;where         | campaign.directory: must be a path without ';'",
        "population: 6   | population: 1      | search.population: must be between 2 and",
        "population: 6   | popluation: 6      | did you mean 'population'",
        "strategy: genetic | strategy: greedy | search.strategy",
      })
  void errorsNameFileLineKeyAndRule(String from, String to, String message) {
    assertThatThrownBy(() -> parse(replaced(from, to)))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith("test.yaml:")
        .hasMessageContaining(message);
  }

  @Test
  void howAValueIsWrittenDoesNotMatter() {
    String other =
        "# a comment\n"
            + replaced("flops: 1.0e12, batch: 64", "batch: 6_4, flops: 1000000000000")
                .replace("[1, 2]", "[1,2]");
    assertThat(parse(other).digest()).isEqualTo(parse(YAML).digest());
    assertThatCode(() -> requireContinues(YAML, other)).doesNotThrowAnyException();
  }

  @Test
  void budgetDirectoryAndServerMayChange() {
    String other = replaced("trials: 5", "trials: 50").replace("some/where", "else/where");
    String budget =
        replaced(", trials: 5", "")
            + "budget: {trials: 9, flops: 1e20, hours: 2}\n"
            + "store: {kind: postgresql, url: 'postgresql://host/base', user: me}\n";
    assertThat(parse(budget).trials()).isEqualTo(9);
    assertThat(parse(budget).digest()).isEqualTo(parse(YAML).digest());
    assertThatCode(() -> requireContinues(YAML, budget)).doesNotThrowAnyException();
    assertThat(parse(other).digest()).isEqualTo(parse(YAML).digest());
    assertThatCode(() -> requireContinues(YAML, other)).doesNotThrowAnyException();
  }

  @Test
  void aChangedValueIsRefusedByItsPath() {
    String other = replaced("batch: 64", "batch: 32");
    assertThat(parse(other).digest()).isNotEqualTo(parse(YAML).digest());
    assertThatThrownBy(() -> requireContinues(YAML, other))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("training.batch: is '32'")
        .hasMessageContaining("was started with '64'")
        .hasMessageContaining("campaign.directory");
  }

  @ParameterizedTest
  @CsvSource({"samples: 1000, samples: 1500, 1500", "flops: 1.0e12, flops: 1.5e12, 1.5e12"})
  void numbersAreNamedAsPeopleWriteThem(String before, String now, String named) {
    assertThatThrownBy(() -> requireContinues(YAML, replaced(before, now)))
        .hasMessageContaining("is '" + named + "', but");
  }

  @Test
  void theDataMayLieElsewhereUnderTheirName() {
    String here = replaced("fashion-mnist", "pets/früchte");
    String there = replaced("fashion-mnist", "/mnt/früchte/");
    assertThatCode(() -> requireContinues(here, there)).doesNotThrowAnyException();
    assertThat(parse(there).digest()).isEqualTo(parse(here).digest());
    assertThatThrownBy(() -> requireContinues(here, replaced("fashion-mnist", "pets/nuts")))
        .hasMessageContaining("data.dataset: is 'nuts'");
  }

  @Test
  void addedAndRemovedKeysAreRefused() {
    String more = replaced("batch: 64", "batch: 64, learning_rate: 0.01");
    assertThatThrownBy(() -> requireContinues(YAML, more))
        .hasMessageContaining("training.learning_rate")
        .hasMessageContaining("no such key");
    assertThatThrownBy(() -> requireContinues(more, YAML))
        .hasMessageContaining("training.learning_rate")
        .hasMessageContaining("missing");
  }

  private static ExecutorSettings executor(String section) {
    return CampaignConfig.parse(
            Examples.yaml(Path.of("x"), "strategy: random", 3, Examples.GENES) + section,
            "test.yaml")
        .executor();
  }

  @Test
  void theExecutorIsOptional() {
    assertThat(executor("")).isEqualTo(ExecutorSettings.defaults());
    assertThat(executor("executor: {}")).isEqualTo(ExecutorSettings.defaults());
    assertThat(executor("executor: {workers: auto, memory: 1g}"))
        .isEqualTo(ExecutorSettings.defaults());
    assertThat(executor("executor: {retries: 3, pause: 10s, silence: 30m}"))
        .isEqualTo(ExecutorSettings.defaults());
    assertThat(
            executor("executor: {workers: 64, memory: 1500m, retries: 0, pause: 2m, silence: 1h}"))
        .isEqualTo(
            new ExecutorSettings(
                OptionalInt.of(64),
                1500,
                0,
                Duration.ofMinutes(2),
                Duration.ofHours(1),
                Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "workers: 0",
        "workers: 65",
        "kind: slurm",
        "master: yarn",
        "workers: -1",
        "workers: many",
        "memory: 1",
        "memory: 255m",
        "memory: 9999999g",
        "memory: lots",
        "retries: -1",
        "retries: 101",
        "pause: 10",
        "pause: 1d",
        "silence: 0s",
        "silence: 25h",
        "threads: 2"
      })
  void aWrongExecutorIsRefused(String key) {
    assertThatThrownBy(() -> executor("executor: {" + key + "}"))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("executor." + key.substring(0, key.indexOf(':')));
  }

  @Test
  void aClusterHasAMasterAndAFixedNumberOfTrialsAtATime() {
    ExecutorSettings settings =
        executor(
            "executor: {kind: spark, master: 'spark://host:7077', workers: 1000, threads: 4,"
                + " spark: {spark.ui.enabled: true}}");
    assertThat(settings.workers()).hasValue(1000);
    assertThat(settings.cluster())
        .contains(new ClusterSettings("spark://host:7077", 4, Map.of("spark.ui.enabled", "true")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "workers: 4 | executor.master",
        "master: yarn | executor.workers",
        "master: yarn, workers: auto | executor.workers",
        "master: yarn, workers: 1001 | executor.workers",
        "master: 'http://host:7077', workers: 4 | executor.master",
        "master: yarn, workers: 4, threads: 0 | executor.threads",
        "master: yarn, workers: 4, spark: {ui.enabled: true} | executor.spark.ui.enabled",
      })
  void aWrongClusterIsRefused(String keys, String named) {
    assertThatThrownBy(() -> executor("executor: {kind: spark, " + keys + "}"))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining(named);
  }

  @Test
  void theExecutorMayChangeBetweenRuns() {
    String text = Examples.yaml(Path.of("x"), "strategy: random", 3, Examples.GENES);
    String digest = CampaignConfig.parse(text, "test.yaml").digest();
    for (String section :
        List.of(
            "executor: {}",
            "executor: {workers: 3}",
            "executor:\n  memory: 2g\n  retries: 5\n  pause: 10s\n  silence: 2h\n")) {
      assertThat(CampaignConfig.parse(text + section, "test.yaml").digest()).isEqualTo(digest);
    }
  }
}
