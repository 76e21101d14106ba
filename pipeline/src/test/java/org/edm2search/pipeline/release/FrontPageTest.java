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
  void whatTrainingAgainWouldScoreStandsBesideTheNetworksOwnScore() {
    Map<String, Object> metrics =
        Map.of(
            "score",
            Map.of("name", "FD", "value", 3.25, "low_95", 3.0, "high_95", 3.5),
            "standing",
            Map.of("typical", 3.75, "low_95", 2.5, "high_95", 5.25));
    FrontPage.Entry entry = new FrontPage.Entry("a", metrics, List.of(), List.of("README.md"));
    assertThat(new FrontPage("front", List.of(entry)).html())
        .contains(">3.250 (3.000 to 3.500)<", ">3.750 (2.500 to 5.250)<", "<summary>files<");
  }

  @Test
  void withoutOneThereIsNoColumn() {
    assertThat(new FrontPage("front", List.of(entry("a", Map.of()))).html())
        .contains("3.25")
        .doesNotContain("latency");
  }
}
