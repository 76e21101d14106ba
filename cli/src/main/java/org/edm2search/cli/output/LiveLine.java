package org.edm2search.cli.output;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The lines that say what is going on: redrawn in place on a terminal, printed now and then
 * otherwise. Not thread-safe.
 */
public final class LiveLine {

  private static final Duration REDRAW = Duration.ofMillis(200);
  private static final Duration REPRINT = Duration.ofSeconds(10);
  private static final String ERASE = "\r\u001b[K";
  private static final String UP = "\u001b[A";

  private final Console console;
  private final LongSupplier nanoTime;
  private final long interval;
  private long last;
  private int shown;

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

  /** Returns whether lines are redrawn in place. */
  public boolean live() {
    return console.live();
  }

  /** Returns how many characters a line may have. */
  public int width() {
    return console.width() - 1;
  }

  /** Shows a text. */
  public void show(String text) {
    show(List.of(text));
  }

  /** Shows several lines. */
  public void show(List<String> lines) {
    last = nanoTime.getAsLong();
    if (console.live()) {
      clear();
      for (int i = 0; i < lines.size(); i++) {
        console.err().print((i == 0 ? "" : "\n") + ERASE + cut(lines.get(i)));
      }
      console.err().flush();
      shown = lines.size();
    } else {
      lines.forEach(text -> console.remark("%s", text));
    }
  }

  private String cut(String text) {
    return text.codePointCount(0, text.length()) <= width()
        ? text
        : text.substring(0, text.offsetByCodePoints(0, width() - 1)) + "…";
  }

  /** Prints a text that stays, above the live lines. */
  public void print(String text) {
    clear();
    console.remark("%s", text);
  }

  /** Erases the live lines. */
  public void clear() {
    if (shown > 0) {
      // All at once: a terminal that draws in between would flicker.
      console.err().print(ERASE + (UP + ERASE).repeat(shown - 1));
      console.err().flush();
      shown = 0;
    }
  }
}
