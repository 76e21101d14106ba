package org.edm2search.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ImageOrderTest {

  @Test
  void everyEpochIsAnotherPermutation() {
    ImageOrder order = new ImageOrder(100, 3);
    int[] first = order.next(0, 100);
    int[] second = order.next(100, 100);
    assertThat(first).doesNotHaveDuplicates();
    assertThat(second).doesNotHaveDuplicates().isNotEqualTo(first);
    int[] across = new ImageOrder(100, 3).next(90, 20);
    assertThat(Arrays.copyOf(across, 10)).isEqualTo(Arrays.copyOfRange(first, 90, 100));
    assertThat(Arrays.copyOfRange(across, 10, 20)).isEqualTo(Arrays.copyOf(second, 10));
  }
}
