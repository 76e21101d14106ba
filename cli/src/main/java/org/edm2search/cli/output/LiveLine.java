package org.edm2search.cli.output;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The line that says what is going on: redrawn in place on a terminal, printed now and then
 * otherwise. Not thread-safe.
 */
public final class LiveLine {

  private static final Duration REDRAW = Duration.ofMillis(200);
  private static final Duration REPRINT = Duration.ofSeconds(10);
  private static final String ERASE = "\r\u001b[K";

  private final Console console;
  private final LongSupplier nanoTime;
  private final long interval;
  private long last;
  private boolean shown;

  /**
   * Creates a line.
   *
   * @param nanoTime clock, such as {@link System#nanoTime}
   */
  public LiveLine(Console console, LongSupplier nanoTime) {
    this.console = console;
    this.nanoTime = nanoTime;
    this.interval = (console.live() ? REDRAW : REPRINT).toNanos();
    this.last = nanoTime.getAsLong();
  }

  /** Returns whether it is time for news; do not compose the text otherwise. */
  public boolean due() {
    return nanoTime.getAsLong() - last >= interval;
  }

  /** Shows a text. */
  public void show(String text) {
    last = nanoTime.getAsLong();
    if (console.live()) {
      int width = console.width() - 1;
      String cut =
          text.codePointCount(0, text.length()) <= width
              ? text
              : text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
      console.err().print(ERASE + cut);
      console.err().flush();
      shown = true;
    } else {
      console.remark("%s", text);
    }
  }

  /** Prints a text that stays, above the live line. */
  public void print(String text) {
    clear();
    console.remark("%s", text);
  }

  /** Erases the live line. */
  public void clear() {
    if (shown) {
      console.err().print(ERASE);
      console.err().flush();
      shown = false;
    }
  }
}
