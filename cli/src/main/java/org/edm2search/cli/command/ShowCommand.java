package org.edm2search.cli.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.campaign.report.RungDifference;
import org.edm2search.campaign.report.TrialReport;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.RungLoss;
import org.edm2search.campaign.trial.Spending;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.cli.output.Console;
import org.edm2search.space.LossPoint;
import org.edm2search.space.cost.ArchitectureDrawing;
import org.edm2search.space.cost.Cost;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints everything known about a trial. */
@Command(
    name = "show",
    description = "Print a trial: its numbers, its network block by block, where it came from.",
    footer = {"  edm2-search show 3", "  edm2-search show 3 campaigns/quickstart --json"})
public final class ShowCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private TrialOfCampaign named;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public ShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CampaignDirectory directory = named.directory();
    int number = named.number();
    Trial trial;
    List<LossPoint> losses;
    List<Trial> runs;
    List<Attempt> attempts;
    Map<Integer, RungDifference> differences;
    try (TrialReader reader = directory.read()) {
      trial = Trials.numbered(reader, number, directory);
      losses = reader.losses(number);
      List<Trial> trials = reader.trials();
      runs = trial.runs(trials);
      differences = RungDifference.of(trial, trials, other -> Optional.of(directory.trial(other)));
      attempts = reader.attempts().stream().filter(attempt -> attempt.trial() == number).toList();
    }
    List<Path> files = directory.files(number);
    if (json) {
      console.printJson(
          TrialReport.of(
              trial,
              runs,
              attempts,
              differences,
              losses,
              files.stream().map(Path::toString).toList()));
    } else {
      print(trial, runs, attempts, differences, losses, files);
    }
    return 0;
  }

  private void print(
      Trial trial,
      List<Trial> runs,
      List<Attempt> attempts,
      Map<Integer, RungDifference> differences,
      List<LossPoint> losses,
      List<Path> files) {
    line("trial", trial.number() + (trial.number() == 0 ? ", the seed architecture G*" : ""));
    trial.repeatOf().ifPresent(first -> line("repeats", "trial " + first + ", with another seed"));
    line("state", trial.state().name().toLowerCase(Locale.ROOT));
    if (!trial.reason().isEmpty()) {
      line("reason", trial.reason());
    }
    attempts.forEach(
        attempt ->
            line(
                "failed attempt",
                "%s, %s: %s"
                    .formatted(attempt.endedAt(), attempt.kind().words(), attempt.reason())));
    trial
        .measurement()
        .ifPresent(
            measurement -> {
              quantity(measurement.score());
              measurement.others().forEach(this::quantity);
              line("protocol", measurement.protocol().text());
            });
    trial.rungs().reached().forEach(loss -> rung(trial, loss, differences));
    if (runs.size() > 1) {
      runs.forEach(run -> line("run, trial " + run.number(), outcome(run)));
    }
    Cost cost = trial.candidate().cost();
    line("parameters", "%,d".formatted(cost.parameters()));
    line("FLOPs", "%,d, one evaluation, one multiply-add = 1".formatted(cost.multiplyAdds()));
    if (!trial.spent().equals(Spending.NONE)) {
      line("spent", SpendingText.of(trial.spent()));
    }
    line("genotype", trial.candidate().genotype().text());
    line("architecture", trial.candidate().architectureId());
    trial
        .duration()
        .ifPresent(duration -> line("took", Amounts.duration(duration.toMillis() / 1e3)));
    trial
        .provenance()
        .ifPresent(
            provenance -> {
              line("seed", Long.toString(provenance.seed()));
              provenance.digests().forEach((name, value) -> line("digest of " + name, value));
              provenance.versions().forEach((name, value) -> line("version of " + name, value));
              line("device", provenance.device());
            });
    if (!losses.isEmpty()) {
      LossPoint last = losses.get(losses.size() - 1);
      line(
          "loss",
          String.format(
              Locale.ROOT,
              "%.4f after %,d images, %.4f after %,d",
              losses.get(0).loss(),
              losses.get(0).images(),
              last.loss(),
              last.images()));
    }
    files.forEach(file -> line("file", file.toString()));
    console.print("");
    console.printText(ArchitectureDrawing.of(trial.candidate().architecture()));
  }

  private void rung(Trial trial, RungLoss loss, Map<Integer, RungDifference> differences) {
    String bins =
        loss.bins().stream()
            .map(bin -> String.format(Locale.ROOT, "%.3g", bin))
            .collect(Collectors.joining(" "));
    line(
        "held-out loss, rung " + (loss.rung() + 1),
        String.format(
            Locale.ROOT,
            "%.5g ± %.2g after %,d images, %s FLOPs of training; by noise level %s",
            loss.loss(),
            loss.standardError(),
            loss.images(),
            Amounts.count(trial.candidate().cost().training(loss.images()).doubleValue()),
            bins));
    RungDifference difference = differences.get(loss.rung());
    if (difference != null) {
      line(
          "  above the lowest",
          String.format(
              Locale.ROOT,
              "%.3g ± %.2g, of trial %d, image by image",
              difference.difference(),
              difference.standardError(),
              difference.trial()));
    }
  }

  private static String outcome(Trial run) {
    return run.score().isPresent()
        ? LeaderboardText.score(run.score().getAsDouble())
        : run.state().name().toLowerCase(Locale.ROOT);
  }

  private void quantity(Quantity quantity) {
    double value = quantity.value();
    String number =
        value == Math.rint(value) && Math.abs(value) < 1e15
            ? String.format(Locale.ROOT, "%,d", (long) value)
            : String.format(Locale.ROOT, "%.5g", value);
    line(quantity.name(), (number + " " + quantity.unit()).strip());
  }

  private void line(String name, String value) {
    console.print("%-26s %s", name, value);
  }
}
