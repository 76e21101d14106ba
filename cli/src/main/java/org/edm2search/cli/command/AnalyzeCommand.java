package org.edm2search.cli.command;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.analysis.Analysis;
import org.edm2search.campaign.analysis.AnalysisCsv;
import org.edm2search.campaign.analysis.AnalysisPictures;
import org.edm2search.campaign.analysis.Comparison;
import org.edm2search.campaign.journal.CampaignSnapshot;
import org.edm2search.campaign.journal.JournalReader;
import org.edm2search.campaign.picture.Drawing;
import org.edm2search.campaign.picture.Png;
import org.edm2search.campaign.picture.Svg;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.cli.output.Console;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what campaigns found out about genes, and how they went. */
@Command(
    name = "analyze",
    description = {
      "Say what a campaign's scores tell of its genes: effects with intervals, shares of the variance,"
          + " interactions; where the best came from; and how the search went over its FLOPs."
          + " Several campaigns are compared.",
      "Reads the journal only, also while a campaign runs. --out writes the pictures as SVG and PNG,"
          + " and a page index.html that shows them."
    },
    footer = {
      "  edm2-search analyze",
      "  edm2-search analyze campaigns/quickstart --out analysis",
      "  edm2-search analyze campaigns/random campaigns/model --json"
    })
public final class AnalyzeCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(arity = "0..*", paramLabel = "CAMPAIGN", description = Campaigns.DESCRIPTION)
  private List<String> campaigns = List.of();

  @ArgGroup private Format format = new Format();

  private static final class Format {
    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(names = "--csv", description = "Print CSV: a line for each number.")
    private boolean csv;
  }

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Also write pictures and index.html into this directory.")
  private @Nullable Path out;

  public AnalyzeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<CampaignSnapshot> snapshots = new ArrayList<>();
    if (campaigns.isEmpty()) {
      snapshots.add(snapshot(Campaigns.find(null)));
    }
    campaigns.forEach(named -> snapshots.add(snapshot(Campaigns.find(named))));
    List<Analysis> analyses = Analysis.of(snapshots);
    List<Comparison> comparisons = Comparison.withFirst(snapshots);
    if (format.csv) {
      console.out().print(AnalysisCsv.write(analyses));
    } else if (format.json) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("campaigns", analyses);
      answer.put("comparisons", comparisons);
      console.printJson(answer);
    } else {
      console.printText(AnalysisText.of(analyses, comparisons, console.width()));
    }
    if (out != null) {
      write(out, analyses);
    }
    return 0;
  }

  private static CampaignSnapshot snapshot(CampaignDirectory directory) {
    try (JournalReader reader = directory.read()) {
      CampaignSnapshot snapshot = reader.snapshot();
      if (snapshot.trials().stream().noneMatch(t -> t.state() == TrialState.COMPLETE)) {
        throw new InvalidUseException(directory.path() + " has no complete trial yet");
      }
      return snapshot;
    }
  }

  private void write(Path directory, List<Analysis> analyses) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new InvalidUseException(
          "--out %s: cannot be created: %s".formatted(directory, AtomicFile.reason(e)), e);
    }
    Map<String, Drawing> pictures = AnalysisPictures.of(analyses);
    pictures.forEach(
        (name, drawing) -> AtomicFile.write(directory.resolve(name + ".svg"), Svg.of(drawing)));
    try {
      pictures.forEach(
          (name, drawing) -> {
            ByteBuffer png = ByteBuffer.wrap(Png.of(drawing));
            AtomicFile.write(
                directory.resolve(name + ".png"), channel -> AtomicFile.writeAll(channel, png));
          });
    } catch (Edm2SearchException e) {
      console.remark("warning: %s", e.getMessage());
    }
    AtomicFile.write(
        directory.resolve("index.html"),
        AnalysisPictures.page(analyses, List.copyOf(pictures.keySet())));
    console.remark("pictures: %s", directory.resolve("index.html"));
  }
}
