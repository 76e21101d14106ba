package org.edm2search.campaign.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "7, 7",
    "999, 999",
    "1000, 1.00k",
    "26176, 26.2k",
    "999499, 999k",
    "999500, 1.00M",
    "8123456, 8.12M",
    "153970000, 154M",
    "1.2e13, 12.0T",
    "0.0123, 0.0123",
    "1.5, 1.50",
    "-1500, −1.50k",
  })
  void countsHaveThreeDigitsAndAPrefix(double amount, String text) {
    assertThat(Amounts.count(amount)).isEqualTo(text);
  }

  @Test
  void wholeNumbersAreGrouped() {
    assertThat(Amounts.whole(9502758)).isEqualTo("9,502,758");
  }

  @ParameterizedTest
  @CsvSource({"0.877, −12.3 %", "1.0, ±0.0 %", "1.044, +4.4 %", "3.5, +250 %"})
  void differencesCarryTheirSign(double ratio, String text) {
    assertThat(Amounts.difference(ratio)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "52.314, 52.31",
    "3.14159, 3.14",
    "0.01234, 0.0123",
    "412.37, 412.4",
    "12345.6, 12346"
  })
  void scoresHaveTheDecimalsTheirSizeCallsFor(double score, String text) {
    assertThat(Amounts.score(score)).isEqualTo(text);
  }

  @Test
  void anIntervalIsAsPreciseAsScores() {
    assertThat(Amounts.interval(6.2071, 9.604)).isEqualTo("6.21–9.60");
    assertThat(Amounts.interval(96.21, 131.04)).isEqualTo("96.2–131.0");
  }

  @ParameterizedTest
  @CsvSource({"0.004, < 1 %", "0.214, 21 %", "0.5, 50 %", "0.9951, > 99 %"})
  void noProbabilityIsCertain(double probability, String text) {
    assertThat(Amounts.probability(probability)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "4.26, 4.3 s",
    "5, 5 s",
    "59.4, 59 s",
    "64, 1 min 04 s",
    "3720, 1 h 02 min",
    "180000, 2 d 02 h",
    "-1, –",
  })
  void durationsHaveTwoUnits(double seconds, String text) {
    assertThat(Amounts.duration(seconds)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"45, 0:45", "725, 12:05", "12000, 3:20:00", "-1, 0:00", "Infinity, –"})
  void timeLeftIsAClock(double seconds, String text) {
    assertThat(Amounts.clock(seconds)).isEqualTo(text);
  }

  @Test
  void aProgressIsNeverRoundedUpToDone() {
    assertThat(Amounts.percent(0.999)).isEqualTo("99 %");
    assertThat(Amounts.percent(1)).isEqualTo("100 %");
  }

  @Test
  void whatIsNotANumberIsADash() {
    assertThat(Amounts.count(Double.NaN)).isEqualTo("–");
    assertThat(Amounts.score(OptionalDouble.empty())).isEqualTo("–");
    assertThat(Amounts.difference(Double.POSITIVE_INFINITY)).isEqualTo("–");
    assertThat(Amounts.duration(Double.NaN)).isEqualTo("–");
  }
}
