package org.edm2search.campaign.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DecimalsTest {

  @ParameterizedTest
  @ValueSource(
      doubles = {
        0,
        0.5,
        1,
        -1,
        9.9994,
        9.9996,
        99.996,
        999.96,
        0.00012345,
        0.000099999,
        0.99996,
        10,
        1000,
        9999.6,
        99999,
        1e7,
        123456789.123,
        1e-9,
        1e300,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE
      })
  void numbersAreWrittenAsFormatWritesThem(double value) {
    check(value);
    check(-value);
  }

  @Test
  void soAreThoseOfAllSizes() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 2_000; i++) {
      check((random.nextBoolean() ? 1 : -1) * Math.exp(-12 + 30 * random.nextDouble()));
    }
  }

  private static void check(double value) {
    for (int digits = 1; digits <= 5; digits++) {
      assertThat(Decimals.significant(value, digits))
          .isEqualTo(String.format(Locale.ROOT, "%." + digits + "g", value));
    }
    for (int decimals = 0; decimals <= 4; decimals++) {
      String expected = String.format(Locale.ROOT, "%." + decimals + "f", value);
      assertThat(Decimals.fixed(value, decimals))
          .isEqualTo(value == 0 ? expected.replace("-", "") : expected);
    }
  }
}
