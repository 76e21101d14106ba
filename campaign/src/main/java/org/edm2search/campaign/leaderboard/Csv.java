package org.edm2search.campaign.leaderboard;

import java.util.List;

/** Comma-separated values (RFC 4180). */
public final class Csv {

  private static final String FORMULA = "=+@\t";

  private Csv() {}

  /** Appends a line, ended by CR LF. */
  public static void line(StringBuilder csv, List<String> cells) {
    for (int i = 0; i < cells.size(); i++) {
      csv.append(i == 0 ? "" : ",").append(quoted(cells.get(i)));
    }
    csv.append("\r\n");
  }

  private static String quoted(String cell) {
    // A spreadsheet runs a cell that starts like a formula.
    String safe = !cell.isEmpty() && FORMULA.indexOf(cell.charAt(0)) >= 0 ? "'" + cell : cell;
    return contains(safe, '"')
            || contains(safe, ',')
            || contains(safe, '\r')
            || contains(safe, '\n')
        ? '"' + safe.replace("\"", "\"\"") + '"'
        : safe;
  }

  private static boolean contains(String text, char wanted) {
    return text.indexOf(wanted) >= 0;
  }
}
