package org.edm2search.dashboard.view;

import java.util.List;
import java.util.Locale;

/**
 * Which part of a leaderboard is shown: a page, however many trials there are.
 *
 * @param offset rows before the first one shown
 * @param limit rows shown at most, 1 to 500
 * @param sort what they are sorted by
 * @param state the only state shown, such as {@code failed}; {@code all} for every one
 */
public record LeaderboardQuery(int offset, int limit, Sort sort, String state) {

  /** Most rows of a page. */
  public static final int MOST = 500;

  /** States that may be asked for. */
  public static final List<String> STATES =
      List.of("all", "running", "complete", "waiting", "pruned", "failed", "excluded");

  /** What is shown unless asked for otherwise. */
  public static final LeaderboardQuery FIRST = new LeaderboardQuery(0, 100, Sort.RANK, "all");

  /** What rows are sorted by. */
  public enum Sort {
    /** Running ones first, then by score. */
    RANK,
    /** By number. */
    TRIAL,
    /** By multiply-adds. */
    FLOPS,
    /** By parameters. */
    PARAMETERS;

    /** Returns the name in addresses. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public LeaderboardQuery {
    if (offset < 0 || limit < 1 || limit > MOST || !STATES.contains(state)) {
      throw new IllegalArgumentException(
          "a page of a leaderboard has an offset of at least 0, 1 to %d rows and a known state, but got %d, %d and %s"
              .formatted(MOST, offset, limit, state));
    }
  }

  /** Returns the page that begins elsewhere. */
  public LeaderboardQuery at(int other) {
    return new LeaderboardQuery(other, limit, sort, state);
  }

  /** Returns the first page in another order. */
  public LeaderboardQuery by(Sort other) {
    return new LeaderboardQuery(0, limit, other, state);
  }

  /** Returns the first page of other trials. */
  public LeaderboardQuery of(String other) {
    return new LeaderboardQuery(0, limit, sort, other);
  }

  /** Returns the page before. */
  public LeaderboardQuery previous() {
    return at(Math.max(0, offset - limit));
  }

  /** Returns the page after. */
  public LeaderboardQuery next() {
    return at(offset + limit);
  }

  /** Returns what of it is to be said in an address: nothing of the usual. */
  public String text() {
    StringBuilder text = new StringBuilder();
    add(text, "offset", offset, FIRST.offset);
    add(text, "limit", limit, FIRST.limit);
    add(text, "sort", sort.word(), FIRST.sort.word());
    add(text, "state", state, FIRST.state);
    return text.toString();
  }

  private static void add(StringBuilder text, String key, Object value, Object usual) {
    if (!value.equals(usual)) {
      text.append(text.isEmpty() ? "" : "&").append(key).append('=').append(value);
    }
  }
}
