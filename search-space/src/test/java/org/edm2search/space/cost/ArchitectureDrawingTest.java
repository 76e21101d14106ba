package org.edm2search.space.cost;

import static org.assertj.core.api.Assertions.assertThat;

import org.edm2search.space.Architectures;
import org.edm2search.space.architecture.BranchGrammar;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.architecture.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchitectureDrawingTest {

  @Test
  void drawsALineForEachPart() {
    String drawing = ArchitectureDrawing.of(Architectures.small());
    assertThat(drawing.lines().map(line -> line.split(" ")[0]))
        .containsExactly(
            "block",
            "embedding",
            "input",
            "enc.16x16_block0",
            "enc.8x8_down",
            "enc.8x8_block0",
            "dec.8x8_in0",
            "dec.8x8_in1",
            "dec.8x8_block0",
            "dec.8x8_block1",
            "dec.16x16_up",
            "dec.16x16_block0",
            "dec.16x16_block1",
            "output",
            "log-variance",
            "total");
    assertThat(drawing)
        .contains("  φ · dw3 · pw→64 · φ · pw→16 · ×c · φ · dw3 + attention ×2  ")
        .contains("27,795  100.0%");
    assertThat(drawing.lines().skip(1).map(String::length).distinct()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "A|φ · conv3→8 · ×c · φ · conv3→8",
        "B|φ · dw3 · pw→8 · ×c · φ · dw3",
        "C|φ · dw3 · φ · pw→48 · φ · dw3 · ×c · φ · pw→8",
        "D|φ · dw3 · pw→48 · φ · dw3 · ×c · φ · pw→8",
        "D*|φ · dw3 · pw→32 · φ · dw3 · ×c · φ · pw→8",
        "E|φ · pw→48 · φ · dw3 · ×c · φ · pw→8",
        "E◊|φ · pw→48 · φ · dw7 · ×c · φ · pw→8",
        "F|φ · dw3 · pw→32 · φ · dw3 · ×c · φ · pw→8 · φ · dw3",
        "G|φ · dw3 · pw→32 · ×c · φ · pw→8 · φ · dw3",
        "F*|φ · dw3 · pw→32 · φ · dw3 · φ · pw→8 · ×c · φ · dw3",
        "G*|φ · dw3 · pw→32 · φ · pw→8 · ×c · φ · dw3"
      })
  void presetsReadAsInThePaper(String config, String branch) {
    assertThat(
            ArchitectureDrawing.branch(
                BranchGrammar.expand(Presets.branch(config), Stage.DECODER, 16, 8)))
        .isEqualTo(branch);
  }
}
