package org.edm2search.space.cost;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.edm2search.space.architecture.Presets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenArchitecturesTest {

  /** The note may hold commas; the numbers are the last four fields. */
  private static final Pattern ROW =
      Pattern.compile("([^,]+),(\\d+),(.*),([\\d.]+),([\\d.]+),(\\d+),(\\d+)");

  private record Row(
      String config,
      int modelChannels,
      String paperMegaParameters,
      String paperGigaflops,
      Cost cost) {}

  static Stream<Row> rows() throws IOException {
    try (InputStream in =
        GoldenArchitecturesTest.class.getResourceAsStream("/golden/architectures.csv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines().skip(1).map(GoldenArchitecturesTest::row).toList().stream();
    }
  }

  private static Row row(String line) {
    Matcher row = ROW.matcher(line);
    assertThat(row.matches()).as(line).isTrue();
    return new Row(
        row.group(1),
        Integer.parseInt(row.group(2)),
        row.group(4),
        row.group(5),
        new Cost(Long.parseLong(row.group(6)), Long.parseLong(row.group(7))));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void costsEqualThePaper(Row row) {
    Presets.Preset preset = Presets.find(row.config()).orElseThrow();
    assertThat(preset.modelChannels()).isEqualTo(row.modelChannels());
    assertThat(preset.paperMegaParameters()).isEqualTo(row.paperMegaParameters());
    assertThat(preset.paperGigaflops()).isEqualTo(row.paperGigaflops());
    assertThat(CostModel.of(preset.architecture())).isEqualTo(row.cost());
  }

  @Test
  void everyPresetIsARow() throws IOException {
    List<String> configs =
        rows().map(row -> Presets.find(row.config()).orElseThrow().config()).toList();
    assertThat(Presets.names()).containsExactlyElementsOf(configs);
  }
}
