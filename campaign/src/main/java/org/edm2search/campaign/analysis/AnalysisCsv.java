package org.edm2search.campaign.analysis;

import java.util.List;
import java.util.Optional;
import org.edm2search.campaign.leaderboard.Csv;

/** Analyses as CSV: a line for each number, told apart by its kind. */
public final class AnalysisCsv {

  private AnalysisCsv() {}

  /** Returns the text. */
  public static String write(List<Analysis> analyses) {
    StringBuilder csv = new StringBuilder();
    Csv.line(
        csv,
        List.of("campaign", "kind", "name", "value", "estimate", "low_95", "high_95", "clear"));
    analyses.forEach(analysis -> write(csv, analysis));
    return csv.toString();
  }

  private static void write(StringBuilder csv, Analysis analysis) {
    String name = analysis.campaign().name();
    GeneEffects genes = analysis.genes();
    for (GeneEffects.Importance one : genes.importances()) {
      line(
          csv,
          name,
          "importance",
          one.locus(),
          "",
          one.share(),
          one.low95(),
          one.high95(),
          Optional.of(one.clear()));
    }
    for (GeneEffects.Effect one : genes.effects()) {
      line(
          csv,
          name,
          "effect",
          one.locus(),
          one.value(),
          one.effect(),
          one.low95(),
          one.high95(),
          Optional.of(one.apart()));
    }
    for (Interaction one : genes.interactions()) {
      String pair = one.first() + " " + one.second();
      line(
          csv,
          name,
          "interaction",
          pair,
          "",
          one.share(),
          Double.NaN,
          Double.NaN,
          Optional.of(one.clear()));
    }
    for (Ancestor one : analysis.ancestry()) {
      line(
          csv,
          name,
          "ancestor",
          "" + one.trial(),
          String.join(" ", one.changed()),
          one.score(),
          Double.NaN,
          Double.NaN,
          Optional.empty());
    }
    for (Course.Point one : analysis.course().points()) {
      String flops = one.flops().toString();
      line(
          csv,
          name,
          "best_so_far",
          flops,
          "" + one.trial(),
          one.bestScore(),
          Double.NaN,
          Double.NaN,
          Optional.empty());
      line(
          csv,
          name,
          "hypervolume",
          flops,
          "" + one.trial(),
          one.hypervolume(),
          Double.NaN,
          Double.NaN,
          Optional.empty());
    }
  }

  private static void line(
      StringBuilder csv,
      String campaign,
      String kind,
      String name,
      String value,
      double estimate,
      double low,
      double high,
      Optional<Boolean> clear) {
    Csv.line(
        csv,
        List.of(
            campaign,
            kind,
            name,
            value,
            "" + estimate,
            Double.isNaN(low) ? "" : "" + low,
            Double.isNaN(high) ? "" : "" + high,
            clear.map(String::valueOf).orElse("")));
  }
}
