package org.edm2search.pipeline.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FrontPageTest {

  private static FrontPage.Entry entry(String name, Map<String, Object> quantities) {
    Map<String, Object> metrics =
        Map.of("score", Map.of("name", "FD", "value", 3.25), "quantities", quantities);
    return new FrontPage.Entry(name, metrics, List.of(), List.of("README.md"));
  }

  @Test
  void aDeclaredLatencyHasAColumn() {
    List<FrontPage.Entry> entries =
        List.of(entry("fast", Map.of("latency", 1.5)), entry("slow", Map.of("latency", 12.75)));
    assertThat(new FrontPage("front", entries).html())
        .contains("<th>latency, ms</th>", ">1.500</td>", ">12.75</td>");
  }

  @Test
  void withoutOneThereIsNoColumn() {
    assertThat(new FrontPage("front", List.of(entry("a", Map.of()))).html())
        .contains("3.25")
        .doesNotContain("latency");
  }
}
