package org.edm2search.campaign.analysis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import org.edm2search.campaign.picture.Drawing;
import org.edm2search.campaign.picture.Drawing.Point;
import org.edm2search.campaign.picture.Plot;
import org.edm2search.campaign.picture.Plot.Interval;
import org.edm2search.campaign.picture.Plot.Series;
import org.edm2search.campaign.picture.Svg;
import org.edm2search.campaign.report.Amounts;

/** Analyses as pictures, one for each subject. */
public final class AnalysisPictures {

  private static final int MOST_ROWS = 40;

  private AnalysisPictures() {}

  /** Returns the drawings by the names of their files, without an ending. */
  public static Map<String, Drawing> of(List<Analysis> analyses) {
    Map<String, Drawing> pictures = new LinkedHashMap<>();
    for (int i = 0; i < analyses.size(); i++) {
      Analysis analysis = analyses.get(i);
      String suffix = analyses.size() == 1 ? "" : "-" + (i + 1);
      if (!analysis.genes().effects().isEmpty()) {
        pictures.put("importance" + suffix, importance(analysis));
        pictures.put("effects" + suffix, effects(analysis));
      }
      if (!analysis.genes().interactions().isEmpty()) {
        pictures.put("interactions" + suffix, interactions(analysis));
      }
      pictures.put("pareto" + suffix, pareto(analysis));
    }
    pictures.put(
        "best-so-far",
        course(analyses, "Lowest score so far", "score", Course.Point::bestScore, Amounts::score));
    pictures.put(
        "hypervolume",
        course(
            analyses,
            "Dominated hypervolume of score and " + analyses.get(0).secondObjective(),
            "share",
            Course.Point::hypervolume,
            share -> String.format(Locale.ROOT, "%.2f", share)));
    return pictures;
  }

  private static Drawing importance(Analysis analysis) {
    List<Interval> rows = new ArrayList<>();
    for (GeneEffects.Importance one : analysis.genes().importances()) {
      rows.add(new Interval(one.locus(), one.share(), one.low95(), one.high95(), one.clear()));
    }
    return Plot.intervals(
        "%s: share of the variance of scores, with 95 %% intervals"
            .formatted(analysis.campaign().name()),
        "share; blue is told apart from none",
        rows.subList(0, Math.min(MOST_ROWS, rows.size())),
        Amounts::percent);
  }

  private static Drawing effects(Analysis analysis) {
    List<Interval> rows = new ArrayList<>();
    for (GeneEffects.Effect one : analysis.genes().effects()) {
      String name = "%s=%s (%d)".formatted(one.locus(), one.value(), one.architectures());
      rows.add(new Interval(name, one.effect(), one.low95(), one.high95(), one.apart()));
    }
    return Plot.intervals(
        "%s: effect on the score, with 95 %% intervals".formatted(analysis.campaign().name()),
        "against the mean of the gene's values; lower is better",
        rows.subList(0, Math.min(MOST_ROWS, rows.size())),
        analysis.genes().relative() ? value -> Amounts.difference(1 + value) : Amounts::quantity);
  }

  private static Drawing interactions(Analysis analysis) {
    List<Interval> rows = new ArrayList<>();
    for (Interaction one : analysis.genes().interactions()) {
      String name = one.first() + " × " + one.second();
      rows.add(new Interval(name, one.share(), 0, one.share(), one.clear()));
    }
    return Plot.intervals(
        "%s: what pairs do beyond the sum of their effects".formatted(analysis.campaign().name()),
        "share of the variance; blue is told apart from chance",
        rows,
        Amounts::percent);
  }

  private static Drawing pareto(Analysis analysis) {
    List<Point> others = new ArrayList<>();
    List<Point> front = new ArrayList<>();
    for (Analysis.Place place : analysis.scatter()) {
      (place.pareto() ? front : others).add(new Point(place.cost(), place.score()));
    }
    front.sort(Comparator.comparingDouble(Point::x));
    return Plot.of(
        "%s: score against %s".formatted(analysis.campaign().name(), analysis.secondObjective()),
        analysis.secondObjective(),
        analysis.campaign().scoreName(),
        List.of(
            new Series("Pareto front", front, false),
            new Series("other trials", others, true),
            new Series("on the front", front, true)),
        Amounts::count,
        Amounts::score);
  }

  private static Drawing course(
      List<Analysis> analyses,
      String title,
      String beside,
      ToDoubleFunction<Course.Point> value,
      DoubleFunction<String> number) {
    List<Series> series = new ArrayList<>();
    for (Analysis analysis : analyses) {
      List<Point> points = new ArrayList<>();
      for (Course.Point point : analysis.course().points()) {
        double flops = point.flops().doubleValue();
        if (!points.isEmpty()) {
          points.add(new Point(flops, points.get(points.size() - 1).y()));
        }
        points.add(new Point(flops, value.applyAsDouble(point)));
      }
      series.add(
          new Series(
              "%s (%s)".formatted(analysis.campaign().name(), analysis.campaign().strategy()),
              points,
              false));
    }
    return Plot.of(title, "FLOPs spent, scoring included", beside, series, Amounts::count, number);
  }

  /** Returns a page that shows the pictures, which lie beside it as SVG and PNG. */
  public static String page(List<Analysis> analyses, List<String> pictures) {
    StringBuilder page = new StringBuilder();
    page.append(
        "<!doctype html>\n<html lang='en'><meta charset='utf-8'>\n<title>Analysis</title>\n");
    page.append(
        "<style>body{font-family:sans-serif;max-width:60em;margin:2em auto}img{max-width:100%}</style>\n");
    for (Analysis analysis : analyses) {
      page.append("<h1>").append(Svg.escaped(analysis.campaign().name())).append("</h1>\n<p>");
      page.append(
          Svg.escaped(
              "%d trials, %s FLOPs; %s"
                  .formatted(
                      analysis.campaign().trials(),
                      Amounts.count(analysis.campaign().spentFlops().doubleValue()),
                      analysis.campaign().scoreName())));
      page.append("</p>\n");
      analysis
          .genes()
          .caution()
          .ifPresent(
              caution -> page.append("<p><b>").append(Svg.escaped(caution)).append("</b></p>\n"));
    }
    for (String picture : pictures) {
      page.append(
          "<p><a href='%s.png'><img src='%s.svg' alt='%s'></a></p>\n"
              .formatted(picture, picture, picture));
    }
    return page.append("</html>\n").toString();
  }
}
