package org.edm2search.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.data.ImageDataset;
import org.edm2search.model.checkpoint.WeightedNetwork;
import org.edm2search.pipeline.release.CheckpointCopy;
import org.edm2search.pipeline.release.RunFiles;
import org.edm2search.pipeline.release.TrainingPlan;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.cost.CostModel;
import org.edm2search.train.InfeasibleTrainingException;
import org.edm2search.train.TrainedCandidate;
import org.edm2search.train.Trainer;
import org.edm2search.train.TrainingRecipe;
import org.edm2search.train.TrainingStoppedException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains one architecture. */
@Command(
    name = "train",
    description = {
      "Train one architecture, or go on with it: the same command, also with a larger --flops.",
      "With --trial, architecture, data, recipe and seed are those of a campaign's trial.",
      "Writes checkpoint.safetensors, the one before it, snapshots and recipe.yaml into --out."
          + " Ctrl-C saves a checkpoint."
    },
    footer = {
      "  edm2-search train examples/architectures/g-star-16.yaml --flops 1e12 --out g-star",
      "  edm2-search train ARCH.yaml --recipe examples/quickstart.yaml --out trained",
      "  edm2-search train --trial best campaigns/quickstart --flops 1e13 --out long",
      "  edm2-search train --trial 3 --continue campaigns/quickstart --flops 1e13 --out longer",
      "  edm2-search train --from edm2.pt --recipe RECIPE.yaml --out tuned",
      "  edm2-search evaluate long"
    })
public final class TrainCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      arity = "0..1",
      paramLabel = "ARCH_OR_CAMPAIGN",
      description =
          "The architecture's YAML file or preset; with --trial the campaign: its directory, its YAML"
              + " file, or its name below campaigns/.")
  private @Nullable String named;

  @Option(
      names = "--trial",
      paramLabel = "TRIAL",
      description = "Train a campaign's trial anew: a number, best or G*.")
  private @Nullable String trial;

  @Option(
      names = "--continue",
      description = "With --trial: begin with the trial's checkpoint, not with new weights.")
  private boolean goOn;

  @Option(
      names = "--from",
      paramLabel = "FILE",
      description =
          "Begin with these weights: a checkpoint, a bundle, or weights with EDM2's names. ARCH is"
              + " needed only for weights that do not tell theirs.")
  private @Nullable Path from;

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "DIR",
      description = "Directory to write.")
  private Path out;

  @Option(
      names = "--recipe",
      paramLabel = "FILE",
      description =
          "A YAML file with the sections data and training, such as a campaign's; other sections are"
              + " kept for 'evaluate' and 'export'.")
  private @Nullable Path recipeFile;

  @Option(
      names = "--flops",
      paramLabel = "N",
      description =
          "Training budget: 3 x FLOPs of the network x images. Default: the recipe's, or 1e12.")
  private @Nullable String flops;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of weights, order and noise. Default: the trial's, or 0.")
  private @Nullable Long seed;

  @Mixin private DeviceOption device;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  public TrainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    requireOptions();
    device.requireUsable();
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new InvalidUseException(out + " exists and is not a directory");
    }
    TrainingPlan plan = trial == null ? ofArchitecture() : ofTrial(trial);
    long total;
    try {
      total = plan.recipe().images(CostModel.of(plan.architecture()));
    } catch (InfeasibleTrainingException e) {
      throw new InvalidUseException(e.getMessage(), e);
    }
    ImageDataset images = Checkpoints.load(plan.data(), console);
    try {
      Trainer.requireFit(plan.architecture(), images);
    } catch (IllegalArgumentException e) {
      throw new InvalidUseException(e.getMessage(), e);
    }
    if (!Files.exists(out.resolve(RunFiles.RECIPE))) {
      plan.write(out);
    }
    return train(plan, images, total);
  }

  private void requireOptions() {
    if (trial != null && (recipeFile != null || from != null)) {
      throw new InvalidUseException(
          "--trial takes recipe and weights from the campaign: leave --recipe and --from out");
    }
    if (goOn && trial == null) {
      throw new InvalidUseException(
          "--continue needs --trial; to go on with what is in --out, give the same command again");
    }
    if (trial == null && from == null && named == null) {
      throw new InvalidUseException(
          "name an architecture, a campaign's --trial, or weights by --from");
    }
  }

  // ---------------------------------------------------------------- what to train

  private TrainingPlan ofTrial(String name) throws IOException {
    CampaignDirectory directory = Campaigns.find(named);
    Trial found;
    try (TrialReader reader = directory.read()) {
      found = Trials.complete(reader, name, directory);
    }
    TrainingPlan plan = TrainingPlan.ofTrial(directory, found, changes());
    if (goOn) {
      directory.requireCheckpoint(found.number());
      CheckpointCopy.of(directory.trial(found.number()), out);
    }
    return plan;
  }

  private TrainingPlan ofArchitecture() throws IOException {
    Optional<Path> recipe = Optional.ofNullable(recipeFile);
    if (from == null) {
      ArchitectureSpec spec = Architectures.named(Objects.requireNonNull(named), console);
      return TrainingPlan.ofArchitecture(spec, recipe, changes());
    }
    WeightedNetwork weights = TrainingPlan.weights(Checkpoints.read(from, named, console));
    return TrainingPlan.ofArchitecture(weights.architecture(), recipe, changes())
        .from(weights, from);
  }

  private TrainingPlan.Changes changes() {
    return new TrainingPlan.Changes(
        Optional.ofNullable(flops), seed == null ? OptionalLong.empty() : OptionalLong.of(seed));
  }

  private int train(TrainingPlan plan, ImageDataset images, long total) {
    LiveLine line = new LiveLine(console, System::nanoTime);
    StopRequest stop = new StopRequest();
    Interruption interruption = Interruption.handle(console, stop::request);
    console.remark("training on %,d images (%s), to %s", total, images.name(), out);
    try {
      TrainedCandidate trained =
          new Trainer(plan.recipe(), images, plan.seed(), plan.start())
              .train(plan.architecture(), out, new TrainingLine(console, line, stop));
      line.clear();
      // Only now is it sure that the directory is of this recipe.
      plan.write(out);
      print(trained);
      return 0;
    } catch (TrainingStoppedException e) {
      line.clear();
      console.remark("%s; the same command goes on", e.getMessage());
      return interruption.exitCode(1);
    }
  }

  private void print(TrainedCandidate trained) {
    Path checkpoint = out.resolve("checkpoint.safetensors");
    double loss =
        trained.losses().isEmpty()
            ? Double.NaN
            : trained.losses().get(trained.losses().size() - 1).loss();
    if (json) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("checkpoint", checkpoint.toString());
      answer.put("images", trained.images());
      answer.put("seconds", trained.seconds());
      answer.put("loss", loss);
      answer.put(
          "training_flops",
          TrainingRecipe.spent(CostModel.of(trained.architecture()), trained.images()));
      console.printJson(answer);
    } else {
      console.print(
          "trained on %,d images in %s, loss %.4f: %s",
          trained.images(), Amounts.duration(trained.seconds()), loss, checkpoint);
      console.remark("score it:    %s evaluate %s", console.program(), out);
      console.remark("publish it:  %s export %s --out DIR", console.program(), out);
    }
  }
}
