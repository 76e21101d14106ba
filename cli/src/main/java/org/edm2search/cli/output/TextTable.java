package org.edm2search.cli.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of text in aligned columns. */
public final class TextTable {

  private static final int GAP = 2;

  /** A wrapped column is never narrower. */
  private static final int LEAST_COLUMN = 24;

  private final List<String> header;
  private final boolean[] leftAligned;
  private final int[] widths;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * Creates an empty table.
   *
   * @param header a name for each column; one that starts with {@code <} is left-aligned
   */
  public TextTable(String... header) {
    List<String> names = new ArrayList<>();
    leftAligned = new boolean[header.length];
    widths = new int[header.length];
    for (String name : header) {
      leftAligned[names.size()] = name.startsWith("<");
      names.add(name.startsWith("<") ? name.substring(1) : name);
    }
    this.header = List.copyOf(names);
    widen(this.header);
  }

  /** Appends a row. */
  public TextTable row(String... cells) {
    if (cells.length != header.size()) {
      throw new IllegalArgumentException(
          "a row has %d cells, but got %d".formatted(header.size(), cells.length));
    }
    List<String> row = List.of(cells);
    rows.add(row);
    widen(row);
    return this;
  }

  private void widen(List<String> row) {
    for (int column = 0; column < widths.length; column++) {
      widths[column] = Math.max(widths[column], length(row.get(column)));
    }
  }

  /** Returns the table, each line ended by a line feed. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    line(text, header);
    rows.forEach(row -> line(text, row));
    return text.toString();
  }

  private void line(StringBuilder text, List<String> row) {
    cells(text, row, row.size());
    text.append('\n');
  }

  /** Writes the first cells of a row and returns the spaces that belong before the next one. */
  private int cells(StringBuilder text, List<String> row, int count) {
    int spaces = 0;
    for (int column = 0; column < count; column++) {
      String cell = row.get(column);
      int padding = widths[column] - length(cell);
      spaces += (column == 0 ? 0 : GAP) + (leftAligned[column] ? 0 : padding);
      if (!cell.isEmpty()) {
        append(text, spaces, cell);
        spaces = 0;
      }
      spaces += leftAligned[column] ? padding : 0;
    }
    return count == 0 ? 0 : spaces + GAP;
  }

  private static void append(StringBuilder text, int spaces, String cell) {
    for (int i = 0; i < spaces; i++) {
      text.append(' ');
    }
    text.append(cell);
  }

  /**
   * Returns the table with the last column, which must be left-aligned, wrapped between words so
   * that lines have at most so many characters; a single longer word stays whole.
   */
  public String fitted(int width) {
    int last = header.size() - 1;
    int before = Arrays.stream(widths, 0, last).sum() + last * GAP;
    int room = Math.max(LEAST_COLUMN, width - before);
    StringBuilder text = new StringBuilder();
    line(text, header);
    for (List<String> row : rows) {
      int spaces = cells(text, row, last);
      for (String line : lines(row.get(last), room)) {
        if (!line.isEmpty()) {
          append(text, spaces, line);
        }
        text.append('\n');
        spaces = before;
      }
    }
    return text.toString();
  }

  /** Returns a text broken between words into lines of at most so many characters. */
  public static String wrapped(String text, int width) {
    return String.join("\n", lines(text, width)) + "\n";
  }

  private static List<String> lines(String text, int width) {
    if (length(text) <= width) {
      return List.of(text);
    }
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    int used = 0;
    for (String word : text.split(" ")) {
      int length = length(word);
      if (used > 0 && used + 1 + length > width) {
        lines.add(line.toString());
        line.setLength(0);
        used = 0;
      }
      used += used == 0 ? length : 1 + length;
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
