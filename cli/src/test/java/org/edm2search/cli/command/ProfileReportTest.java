package org.edm2search.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.edm2search.model.profile.NetworkProfile;
import org.edm2search.model.profile.Pass;
import org.edm2search.model.profile.PassProfile;
import org.edm2search.model.profile.PassResult;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.cost.Cost;
import org.junit.jupiter.api.Test;

class ProfileReportTest {

  private static final Pass ONE = new Pass(Pass.Kind.DENOISING, 1);
  private static final Pass MANY = new Pass(Pass.Kind.DENOISING, 32);

  private static NetworkProfile profile(String preset, Cost cost, PassResult... passes) {
    return new NetworkProfile(preset, Presets.of(preset), cost, List.of(passes));
  }

  private static PassResult took(Pass asked, int batch, double seconds) {
    return PassResult.of(
        asked,
        new PassProfile(
            new Pass(asked.kind(), batch),
            List.of(seconds, seconds * 2, seconds / 2),
            4_000_000_000L,
            5_000_000_000L,
            OptionalLong.of(9_100_000_000L)));
  }

  private final ProfileReport report =
      new ProfileReport(
          2,
          100e9,
          List.of(
              profile(
                  "A",
                  new Cost(1_000_000_000, 80_000_000_000L),
                  took(ONE, 1, 2),
                  took(MANY, 16, 32)),
              profile(
                  "G*",
                  new Cost(500_000_000, 40_000_000_000L),
                  took(ONE, 1, 0.5),
                  PassResult.failed(MANY, "was killed, \"again\""))));

  @Test
  void printsNetworksBesideEachOtherAndThePaper() {
    String text = ProfileText.of(report);
    assertThat(line(text, "parameters")).containsExactly("1.00G", "500M", "0.50");
    assertThat(line(text, "latency, batch 1")).containsExactly("2.000", "s", "500", "ms", "0.25");
    assertThat(line(text, "  FLOP/s")).containsExactly("40.0G", "80.0G", "2.00");
    assertThat(line(text, "  of the matrix product's"))
        .containsExactly("40", "%", "80", "%", "2.00");
    assertThat(line(text, "throughput, batch 32")).containsExactly("0.500", "images/s", "-", "-");
    assertThat(line(text, "  batch that fits in memory")).containsExactly("16", "-", "-");
    assertThat(line(text, "latency in the paper"))
        .containsExactly("2.069", "s", "998", "ms", "0.48");
    assertThat(text)
        .contains("2 threads; matrix product (float32, 2048 x 2048): 100GFLOP/s")
        .contains("not measured: G*, throughput, batch 32: was killed, \"again\"");
    assertThat(report.complete()).isFalse();
  }

  private static List<String> line(String text, String name) {
    String found = text.lines().filter(line -> line.startsWith(name + "  ")).findFirst().orElse("");
    return List.of(found.substring(Math.min(found.length(), name.length())).strip().split(" +"));
  }

  @Test
  void otherNetworksAreNotInThePaper() {
    ProfileReport other =
        new ProfileReport(1, 1e9, List.of(profile("G", new Cost(1, 1), took(ONE, 1, 1))));
    assertThat(ProfileText.of(other)).doesNotContain("paper").contains("1 thread;");
    assertThat(other.complete()).isTrue();
  }

  @Test
  void csvHasALineForEachMeasurement() {
    List<String> lines = report.csv().lines().toList();
    assertThat(lines).hasSize(5);
    int columns = lines.get(0).split(",").length;
    assertThat(lines.get(1).split(",", -1)).hasSize(columns);
    assertThat(lines.get(1)).startsWith("A,1000000000,80000000000,latency,1,1,3,2.0,1.0,4.0,0.5,");
    assertThat(lines.get(4)).endsWith(",\"was killed, \"\"again\"\"\"");
  }

  @Test
  void jsonNamesEveryNumber() {
    Map<String, Object> json = report.json();
    assertThat(json).containsEntry("threads", 2);
    Map<?, ?> first = (Map<?, ?>) ((List<?>) json.get("networks")).get(0);
    assertThat(((Map<?, ?>) first.get("latency")).get("median_seconds")).isEqualTo(2.0);
    assertThat(first.get("paper_latency_seconds")).isEqualTo(2.069);
    Map<?, ?> second = (Map<?, ?>) ((List<?>) json.get("networks")).get(1);
    assertThat(((Map<?, ?>) second.get("throughput")).get("failure"))
        .isEqualTo("was killed, \"again\"");
  }
}
