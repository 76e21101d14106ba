package org.edm2search.dashboard.live;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.edm2search.space.base.Sha256;

/**
 * What changes on a page, at one moment. Two moments compared give the messages to send: only the
 * pieces and rows that differ.
 *
 * @param pieces content by place
 * @param rows rows of the page's table, in order; empty for pages without one
 */
public record LivePage(Map<String, String> pieces, List<Row> rows) {

  /** Place of the table's whole body. */
  public static final String TABLE = "leaderboard";

  /** Place of one row that changed but did not move. */
  public static final String ROW = "row";

  /** Place of the notice that the campaign cannot be read; an empty one removes it. */
  public static final String PROBLEM = "problem";

  private static final int DIGITS = 12;

  /**
   * One table row.
   *
   * @param id what the row is about
   * @param html the row
   * @param changedHtml the row as a replacement for the one on the page, made when it is sent
   */
  public record Row(int id, String html, Supplier<String> changedHtml) {}

  public LivePage {
    pieces = Collections.unmodifiableMap(new LinkedHashMap<>(pieces));
    rows = List.copyOf(rows);
  }

  /** Returns a page without a table. */
  public static LivePage of(Map<String, String> pieces) {
    return new LivePage(pieces, List.of());
  }

  /** Returns the page of a campaign that cannot be read. */
  public static LivePage problem(String notice) {
    return of(Map.of(PROBLEM, notice));
  }

  /** Returns the messages that bring any earlier page up to this one. */
  public List<LiveEvent> whole() {
    List<LiveEvent> events = new ArrayList<>();
    events.add(new LiveEvent(PROBLEM, pieces.getOrDefault(PROBLEM, "")));
    pieces.forEach(
        (place, content) -> {
          if (!place.equals(PROBLEM)) {
            events.add(new LiveEvent(place, content));
          }
        });
    if (!rows.isEmpty()) {
      events.add(table());
    }
    return events;
  }

  /** Returns what tells this page from other states of it, place by place; fits in a URL. */
  public String digest() {
    return whole().stream().map(LivePage::digest).collect(Collectors.joining("."));
  }

  /**
   * Returns the messages for a browser that was served the page with a digest: only what changed
   * since, so that nothing else is replaced under the reader's pointer.
   */
  public List<LiveEvent> sinceServed(String seen) {
    Set<String> known = new HashSet<>(Arrays.asList(seen.split("\\.")));
    return whole().stream()
        .filter(event -> event.name().equals(PROBLEM) || !known.contains(digest(event)))
        .toList();
  }

  private static String digest(LiveEvent event) {
    return new Sha256().add(event.name() + '\0' + event.content()).hex().substring(0, DIGITS);
  }

  /** Returns the messages that bring the earlier page up to this one. */
  public List<LiveEvent> since(LivePage earlier) {
    List<LiveEvent> events = new ArrayList<>();
    if (earlier.pieces.containsKey(PROBLEM) && !pieces.containsKey(PROBLEM)) {
      return whole();
    }
    pieces.forEach(
        (place, content) -> {
          if (!content.equals(earlier.pieces.get(place))) {
            events.add(new LiveEvent(place, content));
          }
        });
    if (!order().equals(earlier.order())) {
      if (!rows.isEmpty()) {
        events.add(table());
      }
      return events;
    }
    for (int i = 0; i < rows.size(); i++) {
      if (!rows.get(i).html().equals(earlier.rows.get(i).html())) {
        events.add(new LiveEvent(ROW, rows.get(i).changedHtml().get()));
      }
    }
    return events;
  }

  private LiveEvent table() {
    return new LiveEvent(TABLE, table(rows));
  }

  /** Returns the table's body. */
  public static String table(List<Row> rows) {
    return rows.stream().map(Row::html).collect(Collectors.joining());
  }

  private List<Integer> order() {
    return rows.stream().map(Row::id).toList();
  }
}
