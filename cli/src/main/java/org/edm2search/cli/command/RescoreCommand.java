package org.edm2search.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.report.ReportJson;
import org.edm2search.campaign.rescore.RescoreBook;
import org.edm2search.campaign.rescore.RescoredReport;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.FeatureSpec;
import org.edm2search.eval.SampleSet;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.edm2search.pipeline.trial.Rescoring;
import org.edm2search.pipeline.worker.Signals;
import org.edm2search.space.yaml.Section;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Scores a campaign's trials by another protocol. */
@Command(
    name = "rescore",
    description = {
      "Score the complete trials of a campaign anew from their checkpoints, by another protocol, and"
          + " rank them in a table of its own. The scores of the search stay as they are.",
      "Scores are kept in the campaign's rescored.json. An interrupted run goes on where it was, also"
          + " within a trial's samples."
    },
    footer = {
      "  edm2-search rescore campaigns/quickstart --samples 10000",
      "  edm2-search rescore campaigns/photos --features photos",
      "  edm2-search rescore campaigns/photos --protocol other.yaml --json"
    })
public final class RescoreCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private NamedCampaign campaign;

  @Option(
      names = "--protocol",
      paramLabel = "FILE",
      description = "A YAML file with a section evaluation. Default: the campaign's own.")
  private Path protocolFile;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Images to draw of each trial. Default: the protocol's.")
  private Integer samples;

  @Option(
      names = "--features",
      paramLabel = "NAME",
      description =
          "builtin, inception, a name or file of features train, or FILE.onnx. Default: the"
              + " protocol's.")
  private String features;

  @Option(
      names = "--trial",
      paramLabel = "N",
      split = ",",
      description = "Trials to score. Default: all that are complete.")
  private List<Integer> numbers = List.of();

  @Mixin private FeatureFileOption featureFile;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public RescoreCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CampaignDirectory directory = campaign.directory();
    List<Trial> trials = trials(directory);
    CampaignSettings own = Campaigns.settings(directory.config(), console);
    CampaignSettings settings = own.scoredBy(protocol(own));
    RescoreBook book = book(directory);
    LiveLine line = new LiveLine(console, System::nanoTime);
    Map<Integer, RescoreBook.Score> scores = new LinkedHashMap<>();
    try (Signals signals = Interruption.endAtOnce(console);
        OpenFeatures open =
            new OpenFeatures(settings.protocol().features(), featureFile.files(), line)) {
      Rescoring rescoring = new Rescoring(settings.protocol(), open.scoring(settings), book);
      for (Trial trial : trials) {
        scores.put(
            trial.number(),
            rescoring.score(
                directory,
                trial.number(),
                (drawn, total) -> {
                  if (line.due()) {
                    line.show(
                        "trial %d: %,d/%,d images drawn".formatted(trial.number(), drawn, total));
                  }
                }));
      }
      line.clear();
      print(scores, book.table(rescoring.digest()), rescoring.digest(), trials);
    }
    return 0;
  }

  private void print(
      Map<Integer, RescoreBook.Score> scores,
      RescoreBook.Table known,
      String digest,
      List<Trial> trials) {
    RescoredReport report =
        RescoredReport.of(
            digest, new RescoreBook.Table(known.label(), known.protocol(), scores), trials);
    console.printText(json ? ReportJson.write(report) : RescoredText.of(report));
  }

  private EvaluationProtocol protocol(CampaignSettings own) {
    EvaluationProtocol protocol =
        protocolFile == null
            ? own.protocol()
            : EvaluationProtocol.read(Section.load(protocolFile).section("evaluation"));
    if (samples != null) {
      InvalidUseException.requireBetween("--samples", samples, 2, SampleSet.MOST);
      protocol = protocol.with(protocol.set().withCount(samples));
    }
    return features == null ? protocol : protocol.withFeatures(FeatureSpec.named(features));
  }

  private List<Trial> trials(CampaignDirectory directory) {
    List<Trial> chosen = new ArrayList<>();
    try (TrialReader reader = directory.read()) {
      if (numbers.isEmpty()) {
        reader.trials().stream()
            .filter(trial -> trial.state() == TrialState.COMPLETE)
            .forEach(chosen::add);
      } else {
        for (int number : numbers) {
          chosen.add(Trials.complete(reader, Integer.toString(number), directory));
          directory.requireCheckpoint(number);
        }
      }
    }
    if (chosen.isEmpty()) {
      throw new InvalidUseException(directory.path() + " has no complete trial yet");
    }
    List<Trial> kept =
        chosen.stream().filter(trial -> hasCheckpoint(directory, trial.number())).toList();
    if (kept.size() < chosen.size()) {
      console.remark(
          "%d of %d trials have no checkpoint any more and are left out",
          chosen.size() - kept.size(), chosen.size());
    }
    if (kept.isEmpty()) {
      throw new InvalidUseException(directory.path() + " has no checkpoint of a complete trial");
    }
    return kept;
  }

  private static boolean hasCheckpoint(CampaignDirectory directory, int trial) {
    return Files.exists(directory.trial(trial).resolve(CampaignDirectory.CHECKPOINT));
  }

  static RescoreBook book(CampaignDirectory directory) {
    try {
      return RescoreBook.open(directory);
    } catch (IOException e) {
      throw new InvalidUseException(e.getMessage() + "; move it away to score anew", e);
    }
  }
}
