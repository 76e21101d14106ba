package org.edm2search.cli.command;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.campaign.trial.Spending;

/** What trials have cost, as text and for programs. */
final class SpendingText {

  private SpendingText() {}

  /** Returns such as {@code 12.3 G FLOPs: training 8 G, sampling 4.3 G}. */
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

  /** Returns exact multiply-adds by purpose, and their total. */
  static Map<String, Object> json(Spending spent) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("training", spent.training());
    answer.put("sampling", spent.sampling());
    answer.put("guide", spent.guide());
    answer.put("total", spent.total());
    return answer;
  }
}
