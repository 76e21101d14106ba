package org.edm2search.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.InputStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class GoldenLearningRateTest {

  @Test
  void schedulePointsAgree() throws Exception {
    try (InputStream in = getClass().getResourceAsStream("/golden/learning-rate.json")) {
      JsonNode points = JsonMapper.shared().readTree(in);
      assertThat(points.size()).isPositive();
      for (JsonNode point : points) {
        double expected = point.get("lr").asDouble();
        LearningRateSchedule schedule =
            new LearningRateSchedule(
                point.get("ref_lr").asDouble(),
                point.get("rampup_mimg").asDouble() * 1e6,
                point.get("ref_batches").asDouble());
        assertThat(schedule.at(point.get("nimg").asLong(), point.get("batch").asInt()))
            .isCloseTo(expected, within(1e-12 * Math.abs(expected)));
      }
    }
  }
}
