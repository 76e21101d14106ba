package org.edm2search.campaign.leaderboard;

import java.util.List;
import java.util.stream.Collectors;

/** Comma-separated values (RFC 4180). */
public final class Csv {

  private Csv() {}

  /** Appends a line, ended by CR LF. */
  public static void line(StringBuilder csv, List<String> cells) {
    csv.append(cells.stream().map(Csv::quoted).collect(Collectors.joining(",")));
    csv.append("\r\n");
  }

  private static String quoted(String cell) {
    // A spreadsheet runs a cell that starts like a formula.
    String safe = cell.matches("^[=+@\\t].*") ? "'" + cell : cell;
    return safe.matches("(?s).*[\",\r\n].*") ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
  }
}
