package org.edm2search.cli.output;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

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
    List<List<String>> all = new ArrayList<>();
    all.add(header);
    all.addAll(rows);
    int[] widths = new int[header.size()];
    for (List<String> row : all) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], length(row.get(column)));
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String padding = " ".repeat(widths[column] - length(row.get(column)));
        line.append(column == 0 ? "" : GAP);
        line.append(
            leftAligned.contains(column) ? row.get(column) + padding : padding + row.get(column));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /**
   * Returns the table with the last column, which must be left-aligned, wrapped between words so
   * that lines have at most so many characters; a single longer word stays whole.
   */
  public String fitted(int width) {
    int last = header.size() - 1;
    int before = 0;
    for (int column = 0; column < last; column++) {
      int index = column;
      before +=
          Stream.concat(Stream.of(header), rows.stream())
                  .mapToInt(row -> length(row.get(index)))
                  .max()
                  .orElse(0)
              + GAP.length();
    }
    int room = Math.max(LEAST_COLUMN, width - before);
    TextTable fitted = new TextTable(header.toArray(String[]::new));
    fitted.leftAligned.addAll(leftAligned);
    for (List<String> row : rows) {
      List<String> lines = lines(row.get(last), room);
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
