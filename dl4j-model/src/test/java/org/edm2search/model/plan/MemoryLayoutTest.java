package org.edm2search.model.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryLayoutTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void buffersThatLiveTogetherDoNotOverlap(long seed) {
    Random random = new Random(seed);
    List<MemoryLayout.Buffer> buffers = new ArrayList<>();
    int[] first = new int[200];
    for (int i = 0; i < first.length; i++) {
      first[i] = random.nextInt(100);
      MemoryLayout.Buffer buffer = new MemoryLayout.Buffer(1 + random.nextInt(1000), first[i]);
      buffer.usedAt(first[i] + random.nextInt(20));
      buffers.add(buffer);
    }

    long arena = MemoryLayout.place(buffers);

    long total = 0;
    for (int i = 0; i < first.length; i++) {
      MemoryLayout.Buffer a = buffers.get(i);
      total += a.size();
      assertThat(a.offset() + a.size()).isLessThanOrEqualTo(arena);
      for (int j = 0; j < i; j++) {
        MemoryLayout.Buffer b = buffers.get(j);
        boolean together = first[i] <= b.last() && first[j] <= a.last();
        boolean apart = a.offset() + a.size() <= b.offset() || b.offset() + b.size() <= a.offset();
        assertThat(!together || apart).isTrue();
      }
    }
    assertThat(arena).isLessThan(total / 2);
  }
}
