package org.edm2search.cli.command;

import java.math.BigInteger;
import java.util.stream.Collectors;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.campaign.trial.Spending;

/** What trials have cost, as text. */
final class SpendingText {

  private SpendingText() {}

  /** Returns such as {@code 12.3G FLOPs: training 8.00G, sampling 4.30G}. */
  static String of(Spending spent) {
    String entries =
        spent.byPurpose().entrySet().stream()
            .map(entry -> entry.getKey() + " " + scaled(entry.getValue()))
            .collect(Collectors.joining(", "));
    return scaled(spent.total()) + " FLOPs" + (entries.isEmpty() ? "" : ": " + entries);
  }

  private static String scaled(BigInteger multiplyAdds) {
    return Amounts.count(multiplyAdds.doubleValue());
  }
}
