package org.edm2search.space.drawing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.architecture.UNetLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class NetworkDrawingTest {

  @ParameterizedTest
  @ValueSource(strings = {"A", "B", "E", "G*", "G*XL"})
  void everyPresetFitsItsDrawing(String config) {
    UNetLayout layout = UNetLayout.of(Presets.of(config));
    NetworkDrawing drawing = NetworkDrawing.of(layout);

    assertThat(drawing.boxes()).hasSize(layout.blocks().size() + 2);
    assertThat(drawing.levels()).hasSize(layout.spec().channelMult().size());
    assertThat(drawing.flow()).hasSize(drawing.boxes().size() - 1);
    for (NetworkDrawing.Box box : drawing.boxes()) {
      assertThat(box.x() + box.width()).isLessThanOrEqualTo(drawing.width());
      assertThat(box.y() + box.height()).isLessThanOrEqualTo(drawing.height());
      for (NetworkDrawing.Bar bar : box.bars()) {
        assertThat(bar.x()).isGreaterThanOrEqualTo(box.x());
        assertThat(bar.x() + bar.width()).isLessThanOrEqualTo(box.x() + box.width() + 0.2);
        assertThat(bar.y() + bar.height()).isLessThanOrEqualTo(box.y() + box.height());
      }
    }
  }

  @Test
  void everySkipIsDrawn() {
    UNetLayout layout = UNetLayout.of(Presets.of("G*"));
    long skips = layout.blocks().stream().filter(block -> block.skip().isPresent()).count();

    assertThat(NetworkDrawing.of(layout).skips())
        .hasSize((int) skips)
        .allMatch(p -> p.startsWith("M"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"A", "G*", "G*XL"})
  void theFileIsWellFormedAndShowsEveryOperation(String config) throws Exception {
    UNetLayout layout = UNetLayout.of(Presets.of(config));

    Document svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(NetworkSvg.of(layout))));

    assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
    int operations = layout.blocks().stream().mapToInt(block -> block.ops().size()).sum();
    assertThat(svg.getElementsByTagName("rect").getLength()).isGreaterThan(operations);
    assertThat(svg.getElementsByTagName("g").getLength()).isEqualTo(layout.blocks().size() + 2);
  }
}
