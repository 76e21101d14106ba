package org.edm2search.campaign.fidelity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromotionTest {

  private static RungResult result(int candidate, Double... objectives) {
    return new RungResult(candidate, 0, Arrays.asList(objectives));
  }

  private static List<Integer> order(RungResult... results) {
    return Promotion.order(List.of(results)).stream().map(RungResult::candidate).toList();
  }

  @Test
  void ordersByScoreEqualsByNumberAndLeavesFailuresOut() {
    assertThat(order(result(3, 2.0), result(2), result(1, 2.0), result(0, 1.0)))
        .containsExactly(0, 1, 3);
  }

  @Test
  void ordersByFrontThenTheLoneliestFirst() {
    // Front 1: 0, 1, 2, 3, with 1 and 2 close together; front 2: 4.
    assertThat(
            order(
                result(4, 5.0, 9.9),
                result(0, 0.0, 10.0),
                result(1, 4.0, 6.0),
                result(2, 4.5, 5.5),
                result(3, 10.0, 0.0)))
        .containsExactly(0, 3, 2, 1, 4);
  }
}
