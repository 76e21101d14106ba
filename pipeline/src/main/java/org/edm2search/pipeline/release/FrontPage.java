package org.edm2search.pipeline.release;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.model.checkpoint.ModelCard;
import org.jspecify.annotations.Nullable;

/**
 * A page about several bundles: scores with intervals, costs, pictures and links, without scripts.
 *
 * @param title of the page
 * @param entries a row each
 */
record FrontPage(String title, List<Entry> entries) {

  /**
   * A bundle on the page.
   *
   * @param name of the model, and of its directory
   * @param metrics of the model
   * @param warnings of the model
   * @param files in its directory
   */
  record Entry(
      String name, Map<String, Object> metrics, List<String> warnings, List<String> files) {

    Entry {
      warnings = List.copyOf(warnings);
      files = List.copyOf(files);
    }

    /** Returns the milliseconds of one image and network evaluation, if they were measured. */
    private @Nullable Object latency() {
      return part("quantities").get(Quantity.LATENCY);
    }

    private Map<?, ?> part(String key) {
      return metrics.get(key) instanceof Map<?, ?> part ? part : Map.of();
    }

    static Entry of(ModelExport model, Path bundle) {
      try (Stream<Path> files = Files.list(bundle)) {
        return new Entry(
            model.name(),
            model.metrics(),
            model.warnings(),
            files.map(file -> file.getFileName().toString()).sorted().toList());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final String STYLE =
      """
      body { font: 15px/1.5 sans-serif; margin: 2em auto; max-width: 90em; padding: 0 1em; color: #222; }
      table { border-collapse: collapse; width: 100%; }
      td:first-child { min-width: 12em; }
      details { font-size: 13px; white-space: nowrap; }
      th, td { border-bottom: 1px solid #ccc; padding: .5em .8em; text-align: left; vertical-align: top; }
      td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
      img { max-width: 15em; max-height: 14em; }
      .warning { color: #8a4b00; }
      """;

  FrontPage {
    entries = List.copyOf(entries);
  }

  /** Returns the page. */
  String html() {
    StringBuilder html = new StringBuilder();
    html.append(
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%1$s</title>
        <style>
        %2$s</style>
        </head>
        <body>
        <h1>%1$s</h1>
        <p>Cheapest first. FLOPs are multiply-adds for an image and network evaluation; lower scores are
        better. Each directory is a model by itself; its README says how to draw from it.</p>
        <table>
        <thead><tr><th>model</th><th>score of this network,<br>95 %% over samples</th><th>typical score,<br>95 %% over trainings</th><th>FLOPs</th><th>parameters</th>%3$s<th>samples</th><th>files</th></tr></thead>
        <tbody>
        """
            .formatted(escaped(title), STYLE, timed() ? "<th>latency, ms</th>" : ""));
    entries.forEach(entry -> row(html, entry));
    return html.append("</tbody>\n</table>\n</body>\n</html>\n").toString();
  }

  /** Returns whether the campaign measured how long its networks take. */
  private boolean timed() {
    return entries.stream().anyMatch(entry -> entry.latency() instanceof Number);
  }

  private void row(StringBuilder html, Entry entry) {
    String path = escaped(entry.name());
    html.append("<tr><td><a href=\"%1$s/README.md\">%1$s</a>".formatted(path));
    entry
        .warnings()
        .forEach(text -> html.append("<p class=\"warning\">").append(escaped(text)).append("</p>"));
    html.append("</td>");
    Map<?, ?> score = entry.part("score");
    Map<?, ?> standing = entry.part("standing");
    number(html, "%s<br><small>%s</small>", measured(score, "value"), score.get("name"));
    number(html, "%s%s", measured(standing, "typical"), "");
    number(html, "%s%s", whole(entry.metrics().get("flops")), "");
    number(html, "%s%s", whole(entry.metrics().get("parameters")), "");
    if (timed()) {
      number(html, "%s%s", real(entry.latency()), "");
    }
    html.append("<td><img src=\"%1$s/samples.png\" alt=\"samples of %1$s\"><br>".formatted(path));
    html.append(
        "<a href=\"%1$s/%2$s\"><img src=\"%1$s/%2$s\" alt=\"network of %1$s\"></a></td><td><details><summary>files</summary>"
            .formatted(path, ModelCard.PICTURE));
    entry
        .files()
        .forEach(
            file ->
                html.append("<a href=\"%1$s/%2$s\">%2$s</a><br>".formatted(path, escaped(file))));
    html.append("</details></td></tr>\n");
  }

  private static void number(
      StringBuilder html, String format, @Nullable Object first, @Nullable Object second) {
    html.append("<td class=\"number\">")
        .append(format.formatted(escaped(String.valueOf(first)), escaped(String.valueOf(second))))
        .append("</td>");
  }

  /** Returns a number and, where it is known, its 95 % interval. */
  private static String measured(Map<?, ?> part, String key) {
    String interval =
        part.containsKey("low_95") && part.containsKey("high_95")
            ? " (%s to %s)".formatted(real(part.get("low_95")), real(part.get("high_95")))
            : "";
    return real(part.get(key)) + interval;
  }

  private static String real(@Nullable Object value) {
    return value instanceof Number number
        ? String.format(Locale.ROOT, "%.4g", number.doubleValue())
        : "";
  }

  private static String whole(@Nullable Object value) {
    return value instanceof Number number
        ? String.format(Locale.ROOT, "%,d", number.longValue())
        : "";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
