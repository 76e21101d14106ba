package org.edm2search.cli.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.edm2search.campaign.report.ReportJson;
import org.jspecify.annotations.Nullable;

/**
 * The program's own streams. Libraries that print on {@link System#out} never reach them.
 *
 * @param out results, UTF-8
 * @param err progress, hints and errors, UTF-8
 * @param live whether {@code err} is a terminal, so that a line can be redrawn
 * @param colored whether {@code out} is a terminal that takes colours
 * @param width columns of the terminal
 * @param program how the user started this, for hints that can be pasted
 */
public record Console(
    PrintStream out, PrintStream err, boolean live, boolean colored, int width, String program) {

  private static final int DEFAULT_WIDTH = 80;
  private static final int LEAST_WIDTH = 40;

  /**
   * Returns the console of this process.
   *
   * @param out standard output
   * @param terminals which streams the launcher found to be terminals: words of {@code out err}
   * @param environment environment variables; COLUMNS, NO_COLOR and TERM are read
   * @param program how the user started this
   */
  public static Console ofProcess(
      OutputStream out, String terminals, Map<String, String> environment, String program) {
    // What knows no escape sequences gets what a file does.
    boolean dumb = environment.getOrDefault("TERM", "").equals("dumb");
    return new Console(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        terminals.contains("err") && !dumb,
        terminals.contains("out") && !dumb && !environment.containsKey("NO_COLOR"),
        width(environment.getOrDefault("COLUMNS", "")),
        program);
  }

  private static int width(String columns) {
    return columns.matches("\\d{1,4}")
        ? Math.max(LEAST_WIDTH, Integer.parseInt(columns))
        : DEFAULT_WIDTH;
  }

  /** Prints a result. */
  public void print(String format, @Nullable Object... values) {
    out.print(String.format(Locale.ROOT, format, values));
    out.print('\n');
  }

  /** Prints a result without interpreting it. */
  public void printText(String text) {
    byte[] bytes = (text.endsWith("\n") ? text : text + "\n").getBytes(StandardCharsets.UTF_8);
    // At once: a stream encodes megabytes of text in small pieces, which takes longer.
    out.write(bytes, 0, bytes.length);
  }

  /** Prints a result as JSON, however long, as it is being written. */
  public void printJson(Object result) {
    ReportJson.write(result, out);
    out.print('\n');
  }

  /** Prints a remark that is not part of the result. */
  public void remark(String format, @Nullable Object... values) {
    err.print(String.format(Locale.ROOT, format, values) + "\n");
    err.flush();
  }
}
