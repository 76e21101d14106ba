package org.edm2search.cli.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Rows of text in aligned columns. */
public final class TextTable {

  private static final String GAP = "  ";

  /** A wrapped column is never narrower. */
  private static final int LEAST_COLUMN = 24;

  private final List<String> header;
  private final List<Integer> leftAligned;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * Creates an empty table.
   *
   * @param header a name for each column; one that starts with {@code <} is left-aligned
   */
  public TextTable(String... header) {
    List<String> names = new ArrayList<>();
    List<Integer> left = new ArrayList<>();
    for (String name : header) {
      if (name.startsWith("<")) {
        left.add(names.size());
      }
      names.add(name.startsWith("<") ? name.substring(1) : name);
    }
    this.header = List.copyOf(names);
    this.leftAligned = left;
  }

  /** Appends a row. */
  public TextTable row(String... cells) {
    if (cells.length != header.size()) {
      throw new IllegalArgumentException(
          "a row has %d cells, but got %d".formatted(header.size(), cells.length));
    }
    rows.add(List.of(cells));
    return this;
  }

  /** Returns the table, each line ended by a line feed. */
  @Override
  public String toString() {
    int[] widths = widths();
    StringBuilder text = new StringBuilder();
    line(text, header, widths);
    rows.forEach(row -> line(text, row, widths));
    return text.toString();
  }

  private int[] widths() {
    int[] widths = new int[header.size()];
    for (int column = 0; column < widths.length; column++) {
      widths[column] = length(header.get(column));
      for (List<String> row : rows) {
        widths[column] = Math.max(widths[column], length(row.get(column)));
      }
    }
    return widths;
  }

  private void line(StringBuilder text, List<String> row, int[] widths) {
    int end = text.length();
    for (int column = 0; column < row.size(); column++) {
      String cell = row.get(column);
      String padding = " ".repeat(widths[column] - length(cell));
      text.append(column == 0 ? "" : GAP);
      if (leftAligned.contains(column)) {
        text.append(cell);
        end = cell.isEmpty() ? end : text.length();
        text.append(padding);
      } else {
        text.append(padding).append(cell);
        end = cell.isEmpty() ? end : text.length();
      }
    }
    text.setLength(end);
    text.append('\n');
  }

  /**
   * Returns the table with the last column, which must be left-aligned, wrapped between words so
   * that lines have at most so many characters; a single longer word stays whole.
   */
  public String fitted(int width) {
    int last = header.size() - 1;
    int before = Arrays.stream(widths(), 0, last).sum() + last * GAP.length();
    int room = Math.max(LEAST_COLUMN, width - before);
    TextTable fitted = new TextTable(header.toArray(String[]::new));
    fitted.leftAligned.addAll(leftAligned);
    for (List<String> row : rows) {
      List<String> lines = lines(row.get(last), room);
      if (lines.size() == 1) {
        fitted.rows.add(row);
        continue;
      }
      for (int i = 0; i < lines.size(); i++) {
        List<String> part = new ArrayList<>(i == 0 ? row : Collections.nCopies(row.size(), ""));
        part.set(last, lines.get(i));
        fitted.rows.add(List.copyOf(part));
      }
    }
    return fitted.toString();
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
    for (String word : text.split(" ")) {
      if (!line.isEmpty() && length(line.toString()) + 1 + length(word) > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
