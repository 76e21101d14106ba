package org.edm2search.dashboard.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestsTest {

  @ParameterizedTest
  @ValueSource(strings = {"quickstart", "fashion-1h", "Campaign 7", "a.b_c"})
  void campaignNamesAreAccepted(String name) {
    assertThat(Requests.campaignName(name)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", ".hidden", "a/b", "a\\b", "../../etc/passwd", "a\0b", "a\nb"})
  void whatCouldBeAPathIsRejected(String name) {
    assertThatThrownBy(() -> Requests.campaignName(name))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("no slashes");
  }

  @Test
  void aCampaignNameIsBounded() {
    assertThatThrownBy(() -> Requests.campaignName("a".repeat(256)))
        .isInstanceOf(BadRequestException.class);
  }

  @Test
  void trialNumbersAreDigits() {
    assertThat(Requests.trialNumber("0")).isZero();
    assertThat(Requests.trialNumber("999999")).isEqualTo(999_999);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1.5", "abc", "1000000", "99999999999999999999", "٣"})
  void otherTrialNumbersAreRejected(String text) {
    assertThatThrownBy(() -> Requests.trialNumber(text))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("0 to 999999");
  }
}
