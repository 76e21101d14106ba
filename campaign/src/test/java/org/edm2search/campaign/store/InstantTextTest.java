package org.edm2search.campaign.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InstantTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-22T10:15:30Z",
        "2026-11-22T10:15:30.5Z",
        "2026-11-22T10:15:30.120Z",
        "2026-11-22T10:15:30.123456Z",
        "2024-02-29T23:59:59.123456789Z",
        "0000-01-01T00:00:00Z",
        "+12026-11-22T10:15:30Z",
        "-0001-11-22T10:15:30.000000001Z",
        "2026-11-22T10:15:30+01:00",
      })
  void readsWhatJavaReads(String text) {
    assertThat(InstantText.read(text)).isEqualTo(Instant.parse(text));
  }

  @Test
  void readsWhatIsWritten() {
    for (int nanos : new int[] {0, 1, 10, 1_000, 1_000_000, 120_000_000, 999_999_999}) {
      Instant written = Instant.ofEpochSecond(1_795_000_000L, nanos);
      assertThat(InstantText.read(written.toString())).isEqualTo(written);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Z", "2026-13-22T10:15:30Z", "2026-02-30T10:15:30Z", "2026-11-22T10:15:30"})
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> InstantText.read(text)).isInstanceOf(DateTimeException.class);
  }
}
