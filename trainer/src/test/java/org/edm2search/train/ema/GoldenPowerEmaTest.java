package org.edm2search.train.ema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class GoldenPowerEmaTest {

  private static JsonNode golden() throws Exception {
    try (InputStream in = GoldenPowerEmaTest.class.getResourceAsStream("/golden/power-ema.json")) {
      return JsonMapper.shared().readTree(in);
    }
  }

  @Test
  void exponentsAgree() throws Exception {
    for (Map.Entry<String, JsonNode> entry : golden().get("exponents").properties()) {
      double expected = entry.getValue().asDouble();
      assertThat(PowerEma.of(Double.parseDouble(entry.getKey())).exponent())
          .isCloseTo(expected, within(1e-9 * expected));
    }
  }

  @Test
  void betasAgree() throws Exception {
    for (Map.Entry<String, JsonNode> entry : golden().get("betas").properties()) {
      String[] key = entry.getKey().split("/");
      double expected = entry.getValue().asDouble();
      PowerEma ema = PowerEma.of(Double.parseDouble(key[0]));
      assertThat(ema.beta(Long.parseLong(key[1]), Integer.parseInt(key[2])))
          .isCloseTo(expected, within(1e-9 * expected));
    }
  }

  @Test
  void reconstructionsAgree() throws Exception {
    List<PostHocEma.Snapshot> snapshots = new ArrayList<>();
    for (JsonNode node : golden().get("snapshots")) {
      snapshots.add(
          new PostHocEma.Snapshot(node.get("nimg").asLong(), node.get("sigma_rel").asDouble()));
    }
    for (JsonNode node : golden().get("reconstructions")) {
      double[] actual =
          PostHocEma.coefficients(
              snapshots, node.get("nimg").asLong(), node.get("sigma_rel").asDouble());
      double largest = 0;
      for (JsonNode coefficient : node.get("coefficients")) {
        largest = Math.max(largest, Math.abs(coefficient.asDouble()));
      }
      for (int i = 0; i < actual.length; i++) {
        assertThat(actual[i])
            .as("coefficient %d of %s", i, node)
            .isCloseTo(node.get("coefficients").get(i).asDouble(), within(1e-9 * largest));
      }
    }
  }
}
