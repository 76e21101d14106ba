package org.edm2search.space.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.edm2search.space.cost.Expense;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConstraintTest {

  /** The candidate takes 1,000 and the seed 2,000 of everything. */
  private static final Amounts AMOUNTS =
      new Amounts() {
        @Override
        public double ofCandidate(Expense expense) {
          return 1000;
        }

        @Override
        public double ofSeed(Expense expense) {
          return 2000;
        }
      };

  @ParameterizedTest
  @CsvSource({
    "flops <= 0.5 * flops(G*), true",
    "flops < 0.5*flops(seed), false",
    "parameters < 2M, true",
    "activation_bytes > 1KiB, false",
    "activation_bytes >= 1k - 24 / 12 + 2, true",
    "latency <= 1s, true",
    "flops - parameters >= -(2 - 1), true",
    "flops / latency > 2 * 3 - 4, false",
    "2 + 3 * 4 <= 0 * flops + 14, true",
    "10 - 4 - 3 < 0 * flops + 4, true",
    "flops < 1_000.5, true",
    "flops<1.1e3, true",
  })
  void computes(String text, boolean holds) {
    Constraint constraint = Constraint.parse(text);
    assertThat(constraint.violation(AMOUNTS).isEmpty()).isEqualTo(holds);
    assertThat(constraint.excess(AMOUNTS) == 0).isEqualTo(holds);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "flps < 3|column 1: there is no amount 'flps', did you mean 'flops'?",
        "flops|column 6: expected one of < <= > >=, but 'flops' ends here",
        "flops = 3|column 7: expected one of < <= > >=, but found '='",
        "flops < 3 4|column 11: expected the end, or an operator such as +, but found '4'",
        "flops < 3Q|column 10: expected a unit (k M G T KiB MiB GiB ms s) or an operator, but found 'Q'",
        "flops < 0.5 * flops(G)|column 21: expected G* or seed, but found 'G'",
        "flops < (3 + 4|column 15: expected ')', but 'flops < (3 + 4' ends here",
        "flops < * 3|column 9: expected a number, an amount such as flops, or '(', but found '*'",
        "3 < 4|'3 < 4' speaks of no amount; name one of parameters, flops, activation_bytes, latency",
        "flops < ((((((((((((((((((((((3|column 29: is nested more than 20 deep",
      })
  void saysWhereItIsWrong(String text, String message) {
    assertThatThrownBy(() -> Constraint.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void saysWhyACandidateIsRefused() {
    assertThat(Constraint.parse("flops <= 0.2 * flops(G*)").violation(AMOUNTS))
        .contains(
            "flops <= 0.2 * flops(G*): needs 1,000 multiply-adds per evaluation, but the limit is"
                + " 400");
    assertThat(Constraint.parse("flops / parameters > 3").violation(AMOUNTS))
        .contains("flops / parameters > 3: has 1 on the left, 3 on the right");
  }
}
