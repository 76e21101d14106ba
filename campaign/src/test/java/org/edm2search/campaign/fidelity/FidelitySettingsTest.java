package org.edm2search.campaign.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.edm2search.campaign.fidelity.FidelitySettings.Mode;
import org.edm2search.space.yaml.Section;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FidelitySettingsTest {

  private static FidelitySettings read(String yaml) {
    return FidelitySettings.read(Section.parse(yaml, "test.yaml"));
  }

  @Test
  void hasDefaults() {
    assertThat(read("{rungs: 3}"))
        .isEqualTo(new FidelitySettings(Mode.SYNCHRONOUS, 3, 3, 9, 1))
        .isEqualTo(FidelitySettings.of(Mode.SYNCHRONOUS, 3, 3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{rungs: 0}|rungs: must be between 1 and 8, but is 0",
        "{rungs: 3, factor: 1}|factor: must be between 2 and 16, but is 1",
        "{rungs: 3, brackets: 4}|brackets: must be between 1 and 3, but is 4",
        "{rungs: 3, mode: asynchronous, width: 9}|width: unknown key",
        "{factor: 3}|rungs: required key is missing",
      })
  void namesTheKeyThatIsWrong(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml)).hasMessageContaining(message);
  }

  @Test
  void rungsGrowByTheFactorUpToTheWholeTraining() {
    Rungs rungs = Rungs.of(900, 3, 3);
    assertThat(rungs.flops()).isEqualTo(List.of(100L, 300L, 900L));
    assertThat(rungs.between(-1, 0) + rungs.between(0, 1) + rungs.between(1, 2)).isEqualTo(900);
    assertThatThrownBy(() -> Rungs.of(2, 3, 3))
        .hasMessage("rungs must ascend from above 0, but are 0, 0, 2");
  }
}
