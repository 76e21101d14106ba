package org.edm2search.cli.command;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import org.edm2search.campaign.analysis.Analysis;
import org.edm2search.campaign.analysis.Ancestor;
import org.edm2search.campaign.analysis.Comparison;
import org.edm2search.campaign.analysis.Course;
import org.edm2search.campaign.analysis.GeneEffects;
import org.edm2search.campaign.analysis.Interaction;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.cli.output.TextTable;

/** Analyses for the terminal. */
final class AnalysisText {

  private static final int MOST_LOCI = 12;
  private static final int MOST_EFFECTS = 30;
  private static final int MOST_PAIRS = 5;
  private static final int COURSE = 8;

  private final int width;
  private final StringBuilder text = new StringBuilder();

  private AnalysisText(int width) {
    this.width = width;
  }

  /**
   * Returns analyses, and what they say beside each other, as text.
   *
   * @param width columns that a line may have
   */
  static String of(List<Analysis> analyses, List<Comparison> comparisons, int width) {
    AnalysisText text = new AnalysisText(width);
    analyses.forEach(text::add);
    comparisons.forEach(comparison -> text.add(comparison, analyses));
    return text.text.toString();
  }

  private void paragraph(String words, Object... values) {
    text.append(TextTable.wrapped(words.formatted(values), width));
  }

  private void add(Analysis analysis) {
    Analysis.Best best = analysis.best();
    paragraph(
        "%s (%s): %d trials, %s FLOPs spent; the best is trial %d, typical %s = %s (95 %% %s), P(best) = %s",
        analysis.campaign().name(),
        analysis.campaign().strategy(),
        analysis.campaign().trials(),
        Amounts.count(analysis.campaign().spentFlops().doubleValue()),
        best.trial(),
        analysis.campaign().scoreName(),
        LeaderboardText.score(best.typical()),
        LeaderboardText.interval(best.low95(), best.high95()),
        LeaderboardText.percent(best.probability()));
    analysis.genes().caution().ifPresent(caution -> paragraph("note: %s", caution));
    text.append('\n');
    genes(analysis.genes());
    ancestry(analysis);
    course(analysis);
  }

  private void genes(GeneEffects genes) {
    if (genes.importances().isEmpty()) {
      return;
    }
    paragraph(
        "Share of the variance of scores, of %d architectures; *: told apart from none",
        genes.architectures());
    TextTable shares = new TextTable("<gene", "share", "95 %", "<");
    genes.importances().stream()
        .limit(MOST_LOCI)
        .forEach(
            one ->
                shares.row(
                    one.locus(),
                    Amounts.percent(one.share()),
                    "%s–%s".formatted(Amounts.percent(one.low95()), Amounts.percent(one.high95())),
                    one.clear() ? "*" : ""));
    shares.row("(training, samples, interactions)", Amounts.percent(genes.unexplained()), "", "");
    text.append(shares);
    more(genes.importances().size() - MOST_LOCI, "genes");

    paragraph(
        "Effect on the score against the mean of the gene's values, all else equal; lower is better");
    DoubleFunction<String> amount =
        genes.relative() ? effect -> Amounts.difference(1 + effect) : Amounts::quantity;
    TextTable effects = new TextTable("<gene", "<value", "trials", "effect", "95 %", "<");
    genes.effects().stream()
        .limit(MOST_EFFECTS)
        .forEach(
            one ->
                effects.row(
                    one.locus(),
                    one.value(),
                    "" + one.architectures(),
                    amount.apply(one.effect()),
                    "%s to %s".formatted(amount.apply(one.low95()), amount.apply(one.high95())),
                    one.apart() ? "*" : ""));
    text.append(effects);
    more(genes.effects().size() - MOST_EFFECTS, "effects");
    interactions(genes.interactions());
  }

  private void interactions(List<Interaction> pairs) {
    if (pairs.stream().noneMatch(Interaction::clear)) {
      paragraph("Interactions: no pair of genes is told apart from chance");
      text.append('\n');
      return;
    }
    paragraph("Interactions: what pairs do beyond the sum of their effects");
    TextTable table = new TextTable("<genes", "share", "p");
    pairs.stream()
        .filter(Interaction::clear)
        .limit(MOST_PAIRS)
        .forEach(
            pair ->
                table.row(
                    pair.first() + " × " + pair.second(),
                    Amounts.percent(pair.share()),
                    String.format(Locale.ROOT, "%.2g", pair.probability())));
    text.append(table).append('\n');
  }

  private void more(int left, String what) {
    if (left > 0) {
      paragraph("... and %d more %s: --json, --csv", left, what);
    }
    text.append('\n');
  }

  private void ancestry(Analysis analysis) {
    paragraph(
        "Nearest earlier relatives of the best (strategies keep no parents): %s",
        analysis.ancestry().stream().map(AnalysisText::step).collect(Collectors.joining(" ← ")));
    text.append('\n');
  }

  private static String step(Ancestor one) {
    String name = one.trial() == 0 ? "G*" : "trial " + one.trial();
    String changed = one.changed().isEmpty() ? "" : " " + String.join(" ", one.changed());
    return "%s (%s)%s".formatted(name, LeaderboardText.score(one.score()), changed);
  }

  private void course(Analysis analysis) {
    List<Course.Point> points = analysis.course().points();
    paragraph(
        "The search over its FLOPs; hypervolume of score and %s, as a share of what all trials span",
        analysis.secondObjective());
    TextTable table = new TextTable("FLOPs", "trial", "lowest score", "hypervolume");
    for (int i = 1; i <= COURSE; i++) {
      int index = (int) Math.ceil((double) points.size() * i / COURSE) - 1;
      if (index >= 0
          && (i == 1 || index > (int) Math.ceil((double) points.size() * (i - 1) / COURSE) - 1)) {
        Course.Point point = points.get(index);
        table.row(
            Amounts.count(point.flops().doubleValue()),
            "" + point.trial(),
            LeaderboardText.score(point.bestScore()),
            String.format(Locale.ROOT, "%.3f", point.hypervolume()));
      }
    }
    text.append(table).append('\n');
  }

  private void add(Comparison comparison, List<Analysis> analyses) {
    String one = analyses.get(comparison.campaign()).campaign().name();
    String other = analyses.get(comparison.other()).campaign().name();
    if (!comparison.comparable()) {
      paragraph(
          "%s and %s were scored by different protocols: their scores do not compare; 'rescore' one of them",
          one, other);
    } else {
      paragraph(
          "The best of %s scores %s against the best of %s; P(better) = %s",
          one,
          Amounts.difference(comparison.ratio()),
          other,
          Amounts.probability(comparison.probability()));
    }
  }
}
