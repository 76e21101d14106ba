package org.edm2search.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.edm2search.campaign.CampaignConfig;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.leaderboard.ParetoFront;
import org.edm2search.campaign.leaderboard.SecondObjective;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.cli.output.Console;
import org.edm2search.data.ImageDataset;
import org.edm2search.data.InvalidDatasetException;
import org.edm2search.data.source.DataChoice;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.pipeline.release.CheckpointExport;
import org.edm2search.pipeline.release.FinalChoice;
import org.edm2search.pipeline.release.FinalChoices;
import org.edm2search.pipeline.release.FrontExport;
import org.edm2search.pipeline.release.LastScore;
import org.edm2search.pipeline.release.ModelExport;
import org.edm2search.pipeline.release.PortableFiles;
import org.edm2search.pipeline.release.RunFiles;
import org.edm2search.pipeline.release.TrialExport;
import org.edm2search.pipeline.trial.TrainedModel;
import org.edm2search.space.cost.Expense;
import org.edm2search.space.yaml.InvalidConfigException;
import org.edm2search.space.yaml.Section;
import org.edm2search.train.TrainedCandidate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a trained network a bundle. */
@Command(
    name = "export",
    description = {
      "Write a network as a bundle: averaged weights, architecture, sampler, metrics, samples and a"
          + " model card. The network is a campaign's trial, a checkpoint or imported weights.",
      "EMA length and guidance are those that 'finalists' chose, or else the campaign's.",
      "'edm2-search sample' draws from it, and needs nothing else."
    },
    footer = {
      "  edm2-search export --out best-model",
      "  edm2-search export quickstart --pareto --out front    every best trade-off, and a page",
      "  edm2-search export campaigns/quickstart --trial 3 --out g-star-k5",
      "  edm2-search export long --out final-model          what 'train --out long' wrote",
      "  edm2-search export edm2.pt --out imported          PyTorch's state dict of EDM2's network"
    })
public final class ExportCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SOURCE",
      description = {
        "A campaign: its directory, its YAML file, or its name below campaigns/. Without it, the"
            + " campaign that was run last.",
        "Or a checkpoint, a directory that 'train' wrote, or weights."
      })
  private @Nullable String source;

  @Option(
      names = "--trial",
      paramLabel = "TRIAL",
      description = "The campaign's trial: a number, best or G*. Default: best.")
  private @Nullable String trialName;

  @Option(names = "--best", description = "The best trial of the campaign: the default.")
  private boolean best;

  @Option(
      names = "--pareto",
      description =
          "All trials of the Pareto front, a bundle each, with a page index.html about them.")
  private boolean pareto;

  @Option(
      names = "--half",
      description =
          "Write weights in half precision (float16). The error that costs is measured, and in the"
              + " card and metrics.json.")
  private boolean half;

  @Option(
      names = "--license",
      paramLabel = "ID",
      description =
          "License that the card names, as Hugging Face does: apache-2.0, mit, cc-by-4.0. Default: left"
              + " open.")
  private @Nullable String license;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      description =
          "Directory to write. Default: export/ in the campaign's directory; needed for a checkpoint.")
  private @Nullable Path out;

  @Option(
      names = "--ema",
      paramLabel = "LENGTH",
      description = "Length of the averaged weights. Default: the chosen one.")
  private @Nullable Double ema;

  @Option(
      names = "--as-searched",
      description = "Draw as the campaign scored, whatever 'finalists' chose.")
  private boolean asSearched;

  @Option(
      names = "--arch",
      paramLabel = "ARCH",
      description = "The architecture of weights that do not tell it: a YAML file or a preset.")
  private @Nullable String architecture;

  @Mixin private SamplerOptions sampling;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public ExportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    return source != null && Checkpoints.isModel(Path.of(source))
        ? exportModel(Path.of(source))
        : exportTrials();
  }

  // ---------------------------------------------------------------- a campaign's trial

  private int exportTrials() {
    if (architecture != null) {
      throw new InvalidUseException("--arch is for weights, but a trial knows its architecture");
    }
    if ((best ? 1 : 0) + (pareto ? 1 : 0) + (trialName != null ? 1 : 0) > 1) {
      throw new InvalidUseException("--best, --pareto and --trial exclude each other");
    }
    ModelExport.Options options = options();
    CampaignDirectory directory = Campaigns.find(source);
    List<Trial> trials;
    List<Trial> chosen;
    Expense second;
    try (TrialReader reader = directory.read()) {
      Campaigns.record(reader, directory);
      trials = reader.trials();
      second = SecondObjective.of(reader.campaign());
      chosen =
          pareto
              ? front(trials, second, directory)
              : List.of(
                  Trials.complete(reader, trialName == null ? Trials.BEST : trialName, directory));
    }
    Path target = out != null ? out : directory.export().resolve(name(chosen));
    requireDirectory(target);
    chosen.forEach(trial -> directory.requireCheckpoint(trial.number()));
    CampaignConfig config = CampaignConfig.load(directory.config());
    EvaluationProtocol scored = EvaluationProtocol.read(config.evaluation());
    TrialExport exports = new TrialExport(config, images(directory), trials);
    List<ModelExport> models = new ArrayList<>();
    for (Trial trial : chosen) {
      Optional<FinalChoice> choice = choice(directory, trial);
      models.add(exports.of(trial, protocol(scored, choice), choice, options));
    }
    if (pareto) {
      String title = "Pareto front of %s: score and %s".formatted(config.name(), second.label());
      new FrontExport(title, models).write(target, PortableFiles.writers());
      text().printFront(target, models);
    } else {
      models.get(0).write(target, PortableFiles.writers());
      boolean finalist = choice(directory, chosen.get(0)).isPresent();
      text()
          .print(
              target,
              Optional.of(chosen.get(0)),
              models.get(0),
              finalist ? "finalists chose" : "as searched");
    }
    return 0;
  }

  /** A campaign is exported without its data, too, as by who was given its directory. */
  private Optional<ImageDataset> images(CampaignDirectory directory) {
    try {
      return Optional.of(Campaigns.settings(directory.config(), console).images());
    } catch (InvalidConfigException | InvalidDatasetException e) {
      console.remark(
          "warning: the data set cannot be read, so that classes have numbers for names: %s",
          e.getMessage());
      return Optional.empty();
    }
  }

  private String name(List<Trial> chosen) {
    return pareto ? "pareto" : "trial-%04d".formatted(chosen.get(0).number());
  }

  private static List<Trial> front(
      List<Trial> trials, Expense second, CampaignDirectory directory) {
    return Leaderboard.of(trials, second).tables().stream()
        .findFirst()
        .map(ParetoFront::of)
        .orElseThrow(
            () -> new InvalidUseException(directory.path() + " has no complete trial yet"));
  }

  private Optional<FinalChoice> choice(CampaignDirectory directory, Trial trial) {
    return asSearched ? Optional.empty() : FinalChoices.of(directory.path()).find(trial.number());
  }

  private ModelExport.Options options() {
    try {
      return new ModelExport.Options(half, Optional.ofNullable(license));
    } catch (IllegalArgumentException e) {
      throw new InvalidUseException("--license: " + e.getMessage(), e);
    }
  }

  private EvaluationProtocol protocol(EvaluationProtocol base, Optional<FinalChoice> choice) {
    try {
      EvaluationProtocol chosen = choice.map(made -> made.applyTo(base)).orElse(base);
      return sampling.applyTo(ema == null ? chosen : withEma(chosen, ema));
    } catch (IllegalArgumentException e) {
      throw new InvalidUseException(e.getMessage(), e);
    }
  }

  private static EvaluationProtocol withEma(EvaluationProtocol protocol, double ema) {
    if (!(ema > 0 && ema < 0.28)) {
      throw new InvalidUseException("--ema must be above 0 and below 0.28, but is " + ema);
    }
    return protocol.withEma(ema);
  }

  // ---------------------------------------------------------------- a checkpoint or weights

  private int exportModel(Path path) {
    if (trialName != null || asSearched || best || pareto) {
      throw new InvalidUseException(
          "--trial, --best, --pareto and --as-searched are for campaigns, but %s is none"
              .formatted(path));
    }
    if (out == null) {
      throw new InvalidUseException("--out: name the directory to write");
    }
    if (ModelBundle.isBundle(path)) {
      throw new InvalidUseException(path + " is a bundle already");
    }
    requireDirectory(out);
    TrainedModel model = model(path);
    if (ema != null && model instanceof TrainedModel.Fixed) {
      throw new InvalidUseException("--ema is for checkpoints; weights alone are averaged already");
    }
    Optional<RunFiles> run =
        model instanceof TrainedModel.Averaged
            ? RunFiles.find(Checkpoints.directory(path))
            : Optional.empty();
    EvaluationProtocol protocol =
        protocol(
            run.map(RunFiles::protocol)
                .orElseGet(() -> EvaluationProtocol.read(Section.of(Map.of(), "evaluation"))),
            Optional.empty());
    Optional<LastScore> score =
        model instanceof TrainedModel.Averaged averaged
            ? score(Checkpoints.directory(path), averaged.candidate(), protocol)
            : Optional.empty();
    ModelExport export =
        CheckpointExport.of(
            String.valueOf(out.toAbsolutePath().normalize().getFileName()),
            model,
            run.flatMap(this::images),
            protocol,
            run,
            score,
            options());
    export.write(out, PortableFiles.writers());
    text().print(out, Optional.empty(), export, run.isPresent() ? "of its recipe" : "by default");
    return 0;
  }

  /** What 'evaluate' found of this checkpoint, if it drew as the bundle will. */
  private Optional<LastScore> score(
      Path directory, TrainedCandidate candidate, EvaluationProtocol protocol) {
    if (!LastScore.isFor(directory)) {
      return Optional.empty();
    }
    Optional<LastScore> last = LastScore.find(directory);
    Optional<LastScore> holds = last.filter(found -> found.holdsFor(candidate, protocol));
    if (holds.isEmpty()) {
      console.remark(
          "warning: the model card has no score: %s; '%s evaluate %s', then export again",
          last.isPresent()
              ? "what 'evaluate' found is of another state of the training, EMA length or sampler"
              : "nothing was measured yet",
          console.program(),
          directory);
    }
    return holds;
  }

  /**
   * A damaged checkpoint is not replaced by another here: what is published must be what is asked.
   */
  private TrainedModel model(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve(TrainedModel.CHECKPOINT) : path;
    TrainedModel model = Checkpoints.read(file, architecture, console);
    return model instanceof TrainedModel.Averaged
        ? new TrainedModel.Averaged(TrainedCandidate.ofCheckpoint(file))
        : model;
  }

  private Optional<ImageDataset> images(RunFiles run) {
    return run.recipe().has("data")
        ? Optional.of(Checkpoints.load(DataChoice.read(run.recipe().section("data")), console))
        : Optional.empty();
  }

  private ExportText text() {
    return new ExportText(console, json);
  }

  private static void requireDirectory(Path target) {
    if (Files.exists(target) && !Files.isDirectory(target)) {
      throw new InvalidUseException(target + " exists and is not a directory");
    }
  }
}
