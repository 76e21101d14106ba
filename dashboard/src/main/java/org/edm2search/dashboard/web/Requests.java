package org.edm2search.dashboard.web;

import io.javalin.http.Context;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.edm2search.dashboard.view.LeaderboardQuery;

/** What a request may contain. Everything from outside passes here first. */
final class Requests {

  private static final Pattern CAMPAIGN =
      Pattern.compile("[^/\\\\\\p{Cntrl}.][^/\\\\\\p{Cntrl}]{0,254}");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");

  private Requests() {}

  /** Returns a campaign's name: no separators, so that it can never be a path. */
  static String campaignName(String text) {
    if (!CAMPAIGN.matcher(text).matches()) {
      throw new BadRequestException(
          "A campaign's name is the name of its directory: no slashes, and no dot in front.");
    }
    return text;
  }

  /** Returns which page of a leaderboard is asked for. */
  static LeaderboardQuery leaderboard(Context context) {
    try {
      return new LeaderboardQuery(
          number(context, "offset", LeaderboardQuery.FIRST.offset()),
          number(context, "limit", LeaderboardQuery.FIRST.limit()),
          LeaderboardQuery.Sort.valueOf(
              text(context, "sort", LeaderboardQuery.FIRST.sort().word()).toUpperCase(Locale.ROOT)),
          text(context, "state", LeaderboardQuery.FIRST.state()));
    } catch (IllegalArgumentException e) {
      throw new BadRequestException(
          "A leaderboard is asked for by offset, limit (1 to %d), sort (rank, trial, flops or"
                  .formatted(LeaderboardQuery.MOST)
              + " parameters) and state (%s)."
                  .formatted(String.join(", ", LeaderboardQuery.STATES)));
    }
  }

  /** Returns a whole number of an address's query. */
  static int number(Context context, String key, int usual) {
    String text = text(context, key, Integer.toString(usual));
    if (!NUMBER.matcher(text).matches()) {
      throw new BadRequestException(
          "In an address, %s is a whole number to 999999.".formatted(key));
    }
    return Integer.parseInt(text);
  }

  private static String text(Context context, String key, String usual) {
    return Optional.ofNullable(context.queryParam(key)).orElse(usual);
  }

  /** Returns a trial's number. */
  static int trialNumber(String text) {
    if (!NUMBER.matcher(text).matches()) {
      throw new BadRequestException("A trial's number is a whole number from 0 to 999999.");
    }
    return Integer.parseInt(text);
  }
}
