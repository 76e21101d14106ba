package org.edm2search.cli.command;

import java.util.Locale;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.data.DatasetProgress;

/** Shows how far a data set has been read through; closing it erases the line. */
final class DatasetLine implements DatasetProgress, AutoCloseable {

  private static final int BAR = 24;

  private final LiveLine line;
  private String current = "";
  private long started;

  private DatasetLine(LiveLine line) {
    this.line = line;
  }

  static DatasetLine on(Console console) {
    return on(new LiveLine(console, System::nanoTime));
  }

  static DatasetLine on(LiveLine line) {
    return new DatasetLine(line);
  }

  @Override
  public void at(String what, long done, long total) {
    if (!what.equals(current)) {
      current = what;
      started = System.nanoTime();
    }
    if (!line.due()) {
      return;
    }
    int filled = (int) (BAR * done / Math.max(1, total));
    double seconds = (System.nanoTime() - started) / 1e9;
    line.show(
        String.format(
            Locale.ROOT,
            "%s  %s%s  %s/%s, %s left",
            what,
            "█".repeat(filled),
            "░".repeat(BAR - filled),
            Amounts.count(done),
            Amounts.count(total),
            Amounts.clock(seconds * (total - done) / done)));
  }

  /** Prints a text that stays. */
  void print(String text) {
    line.print(text);
  }

  @Override
  public void close() {
    line.clear();
  }
}
