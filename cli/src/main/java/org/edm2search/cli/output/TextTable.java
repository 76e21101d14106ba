package org.edm2search.cli.output;

import java.util.ArrayList;
import java.util.List;

/** Rows of text in aligned columns. */
public final class TextTable {

  private static final String GAP = "  ";

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
    this.leftAligned = List.copyOf(left);
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
    StringBuilder text = new StringBuilder();
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int index = column;
        int width = all.stream().mapToInt(r -> length(r.get(index))).max().orElse(0);
        String padding = " ".repeat(width - length(row.get(column)));
        line.append(column == 0 ? "" : GAP);
        line.append(
            leftAligned.contains(column) ? row.get(column) + padding : padding + row.get(column));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
