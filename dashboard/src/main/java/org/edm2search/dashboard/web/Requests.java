package org.edm2search.dashboard.web;

import java.util.regex.Pattern;

/** What a request may contain. Everything from outside passes here first. */
final class Requests {

  private static final Pattern CAMPAIGN =
      Pattern.compile("[^/\\\\\\p{Cntrl}.][^/\\\\\\p{Cntrl}]{0,254}");
  private static final Pattern TRIAL = Pattern.compile("[0-9]{1,6}");

  private Requests() {}

  /** Returns a campaign's name: no separators, so that it can never be a path. */
  static String campaignName(String text) {
    if (!CAMPAIGN.matcher(text).matches()) {
      throw new BadRequestException(
          "A campaign's name is the name of its directory: no slashes, and no dot in front.");
    }
    return text;
  }

  /** Returns a trial's number. */
  static int trialNumber(String text) {
    if (!TRIAL.matcher(text).matches()) {
      throw new BadRequestException("A trial's number is a whole number from 0 to 999999.");
    }
    return Integer.parseInt(text);
  }
}
