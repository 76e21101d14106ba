package org.edm2search.campaign.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.edm2search.campaign.fidelity.FidelitySettings.Mode;
import org.edm2search.space.yaml.Section;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FidelitySettingsTest {

  private static FidelitySettings read(String yaml) {
    return FidelitySettings.read(Section.parse(yaml, "test.yaml"), Mode.REPRODUCIBLE);
  }

  @Test
  void whatGoesOnIsTrainedFurtherOnly() {
    FidelitySettings halving = FidelitySettings.of(Mode.REPRODUCIBLE, 3, 3);
    // Nine to a ninth, three from there to a third, one from there to the top.
    assertThat(halving.wholeTrainings(9)).isEqualTo(1 + 3 * 2 / 9.0 + 2 / 3.0, within(1e-12));
    assertThat(halving.wholeTrainings(18)).isEqualTo(2 * halving.wholeTrainings(9), within(1e-12));
    FidelitySettings hyperband = new FidelitySettings(Mode.REPRODUCIBLE, 3, 3, 9, 3, 64);
    // Then five begin at a third, one of them goes on, and three are trained at a stretch.
    assertThat(hyperband.wholeTrainings(17) - halving.wholeTrainings(9))
        .isEqualTo(5 / 3.0 + 2 / 3.0 + 3, within(1e-12));
  }

  @Test
  void hasDefaults() {
    assertThat(read("{rungs: 3}"))
        .isEqualTo(new FidelitySettings(Mode.REPRODUCIBLE, 3, 3, 9, 1, 2048))
        .isEqualTo(FidelitySettings.of(Mode.REPRODUCIBLE, 3, 3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{rungs: 0}|rungs: must be between 1 and 8, but is 0",
        "{rungs: 3, factor: 1}|factor: must be between 2 and 16, but is 1",
        "{rungs: 3, brackets: 4}|brackets: must be between 1 and 3, but is 4",
        "{rungs: 3, loss_images: 20}|loss_images: must be a multiple of 8, the number of noise bins, but is 20",
        "{rungs: 3, loss_images: 8}|loss_images: must be between 16 and 65536, but is 8",
        "{factor: 3}|rungs: required key is missing",
      })
  void namesTheKeyThatIsWrong(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml)).hasMessageContaining(message);
  }

  @Test
  void asynchronousHalvingHasNoBrackets() {
    Section section = Section.parse("{rungs: 3, width: 9}", "test.yaml");
    assertThatThrownBy(() -> FidelitySettings.read(section, Mode.ASYNCHRONOUS))
        .hasMessageContaining("width: unknown key");
  }

  @Test
  void rungsGrowByTheFactorUpToTheWholeTraining() {
    FidelitySettings settings = FidelitySettings.of(Mode.REPRODUCIBLE, 3, 3);
    assertThat(settings.share(0)).isCloseTo(1 / 9.0, within(1e-12));
    assertThat(settings.share(1)).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(settings.share(2)).isEqualTo(1);
  }

  @Test
  void countsTheTrainingsOfWholeAndOfShortBrackets() {
    FidelitySettings settings = FidelitySettings.of(Mode.REPRODUCIBLE, 3, 3);
    assertThat(settings.trainings(9)).containsExactly(9, 3, 1);
    assertThat(settings.trainings(20)).containsExactly(20, 7, 3);
    assertThat(FidelitySettings.of(Mode.ASYNCHRONOUS, 3, 3).trainings(20))
        .containsExactly(20, 6, 2);
    assertThat(new FidelitySettings(Mode.REPRODUCIBLE, 3, 3, 9, 3, 64).trainings(14))
        .containsExactly(9, 8, 2);
  }
}
