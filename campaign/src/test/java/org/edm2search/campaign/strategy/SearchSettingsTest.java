package org.edm2search.campaign.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.edm2search.space.cost.Expense;
import org.edm2search.space.yaml.InvalidConfigException;
import org.edm2search.space.yaml.Section;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchSettingsTest {

  private static SearchSettings read(String yaml) {
    return SearchSettings.read(Section.parse(yaml, "test.yaml"));
  }

  @Test
  void readsEveryKey() {
    assertThat(
            read(
                "{strategy: genetic, population: 6, offspring: 0.5, mutation: 0.1, crossover: 0.4,"
                    + " tournament: 4}"))
        .isEqualTo(
            new SearchSettings(SearchSettings.Kind.GENETIC, 6, 0.5, 0.1, 0.4, 4, Optional.empty()));
  }

  @Test
  void hasDefaults() {
    assertThat(read("{}")).isEqualTo(SearchSettings.of(SearchSettings.Kind.MODEL, 4));
    assertThat(read("{strategy: nsga2}"))
        .isEqualTo(SearchSettings.of(SearchSettings.Kind.NSGA2, 10));
    assertThat(read("{strategy: random}").strategy()).isEqualTo(SearchSettings.Kind.RANDOM);
    assertThat(read("{strategy: genetic, population: 2}").tournament()).isEqualTo(2);
  }

  @Test
  void takesASecondObjective() {
    assertThat(read("{strategy: nsga2}").second()).contains(Expense.FLOPS);
    assertThat(read("{strategy: nsga2, objectives: [score, latency]}").second())
        .contains(Expense.LATENCY);
    assertThat(read("{strategy: model}").second()).isEmpty();
    assertThat(read("{strategy: model, objectives: [score, parameters]}").second())
        .contains(Expense.PARAMETERS);
    assertThat(read("{strategy: random, objectives: [score, latency]}").second())
        .contains(Expense.LATENCY);
    assertThat(read("{strategy: genetic}").second()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{strategy: genetics}|did you mean 'genetic'?",
        "{population: 6}|population: unknown key",
        "{strategy: genetic, population: 1}|population: must be between 2 and 1000, but is 1",
        "{strategy: genetic, population: many}|population: must be a whole number",
        "{strategy: genetic, offspring: 1}|offspring: must be above 0 and below 1, but is 1.0",
        "{strategy: genetic, mutation: 2}|mutation: must be between 0 and 1, but is 2.0",
        "{strategy: genetic, crossover: -1}|crossover: must be between 0 and 1, but is -1.0",
        "{strategy: genetic, population: 4, tournament: 5}|must be between 2 and the population",
        "{strategy: genetic, populaton: 6}|populaton: unknown key, did you mean 'population'?",
        "{strategy: random, population: 6}|population: unknown key",
        "{strategy: nsga2, objectives: [score]}|objectives: must be [score, X], X one of parameters",
        "{strategy: model, objectives: [flops, score]}|objectives: must be [score, X] or [score]",
        "{strategy: model, objectives: [score, latency]}|objectives: may not be latency with model",
        "{strategy: model, population: 5}|population: unknown key",
        "{strategy: local, mutation: 0.5}|mutation: unknown key",
        "{strategy: genetic, objectives: [score, heat]}|objectives: must be [score, X] or [score]",
        "{strategy: nsga2, tournament: 3}|tournament: unknown key",
      })
  void namesTheKeyThatIsWrong(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining(message);
  }
}
