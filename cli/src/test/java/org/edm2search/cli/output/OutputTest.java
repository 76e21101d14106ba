package org.edm2search.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputTest {

  @Test
  void aTableFitsAndBreaksBetweenWords() {
    TextTable table = new TextTable("trial", "<differs");
    table.row("12", "kernel@enc=5 kernel@dec.16x16=7 expansion@dec.8x8_block0=2");
    assertThat(table.fitted(40))
        .isEqualTo(
            """
            trial  differs
               12  kernel@enc=5 kernel@dec.16x16=7
                   expansion@dec.8x8_block0=2
            """);
    assertThat(TextTable.wrapped("one two three", 8)).isEqualTo("one two\nthree\n");
  }

  @Test
  void columnsAreAligned() {
    String table = new TextTable("n", "<what").row("1", "E◊").row("10", "x").toString();
    assertThat(table).isEqualTo(" n  what\n 1  E◊\n10  x\n");
  }

  @Test
  void aTerminalGetsOneLineRedrawn() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    AtomicLong now = new AtomicLong();
    LiveLine line = new LiveLine(console(err, true), now::get);
    assertThat(line.due()).isFalse();
    now.addAndGet(1_000_000_000);
    assertThat(line.due()).isTrue();
    line.show("x".repeat(100));
    line.print("done");
    assertThat(text(err)).isEqualTo("\r\u001b[K" + "x".repeat(38) + "…\r\u001b[Kdone\n");
  }

  @ParameterizedTest
  @CsvSource({"xterm-256color, true", "dumb, false"})
  void aTerminalThatKnowsNoEscapeSequencesGetsNone(String term, boolean live) {
    Console console =
        Console.ofProcess(
            new ByteArrayOutputStream(), "out,err", Map.of("TERM", term), "edm2-search");
    assertThat(console.live()).isEqualTo(live);
    assertThat(console.colored()).isEqualTo(live);
  }

  @Test
  void severalLinesAreRedrawnTogether() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    LiveLine line = new LiveLine(console(err, true), () -> 0);
    String erase = "\r\u001b[K";
    line.show(List.of("a", "b"));
    assertThat(text(err)).isEqualTo(erase + "a\n" + erase + "b");
    err.reset();
    line.show(List.of("c"));
    assertThat(text(err)).isEqualTo(erase + "\u001b[A" + erase + erase + "c");
    err.reset();
    line.print("done");
    assertThat(text(err)).isEqualTo(erase + "done\n");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 10, ─────",
    "1, 10, ╸────",
    "5, 10, ━━╸──",
    "10, 10, ━━━━━",
    "20, 10, ━━━━━",
    "1, 0, ─────"
  })
  void aBarIsAsFullAsTheWorkIsDone(double done, double total, String bar) {
    assertThat(ProgressBar.of(done, total, 5)).isEqualTo(bar);
  }

  @Test
  void aFileGetsALineNowAndThen() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    AtomicLong now = new AtomicLong();
    LiveLine line = new LiveLine(console(err, false), now::get);
    now.addAndGet(1_000_000_000);
    assertThat(line.due()).isFalse();
    now.addAndGet(10_000_000_000L);
    assertThat(line.due()).isTrue();
    line.show("x".repeat(100));
    assertThat(text(err)).isEqualTo("x".repeat(100) + "\n");
  }

  private static Console console(ByteArrayOutputStream err, boolean live) {
    return new Console(
        new PrintStream(PrintStream.nullOutputStream()),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        live,
        false,
        40,
        "edm2-search");
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
