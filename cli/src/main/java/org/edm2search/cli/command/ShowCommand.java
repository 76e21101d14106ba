package org.edm2search.cli.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Spending;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.cli.output.Console;
import org.edm2search.pipeline.trial.Json;
import org.edm2search.space.LossPoint;
import org.edm2search.space.cost.ArchitectureDrawing;
import org.edm2search.space.cost.Cost;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints everything known about a trial. */
@Command(
    name = "show",
    description = "Print a trial: its numbers, its network block by block, where it came from.",
    footer = {"  edm2-search show 3", "  edm2-search show 3 campaigns/quickstart --json"})
public final class ShowCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(index = "0", paramLabel = "TRIAL", description = "Number of the trial, from 0.")
  private int number;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "CAMPAIGN",
      description = Campaigns.DESCRIPTION)
  private String campaign;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public ShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CampaignDirectory directory = Campaigns.find(campaign);
    Trial trial;
    List<LossPoint> losses;
    List<Trial> runs;
    List<Attempt> attempts;
    try (TrialReader reader = directory.read()) {
      trial = Trials.numbered(reader, number, directory);
      losses = reader.losses(number);
      attempts = reader.attempts().stream().filter(attempt -> attempt.trial() == number).toList();
      int first = trial.repeatOf().orElse(number);
      runs =
          reader.trials().stream()
              .filter(run -> run.number() == first || run.repeats(first))
              .toList();
    }
    List<Path> files = files(directory.trial(number));
    if (json) {
      console.printText(Json.write(json(trial, runs, attempts, losses, files)));
    } else {
      print(trial, runs, attempts, losses, files);
    }
    return 0;
  }

  private void print(
      Trial trial,
      List<Trial> runs,
      List<Attempt> attempts,
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
    if (runs.size() > 1) {
      runs.forEach(run -> line("run, trial " + run.number(), outcome(run)));
    }
    Cost cost = trial.candidate().cost();
    line("parameters", "%,d".formatted(cost.parameters()));
    line("FLOPs", "%,d, one evaluation, one multiply-add = 1".formatted(cost.multiplyAdds()));
    if (!trial.spent().equals(Spending.NONE)) {
      line("spent", SpendingText.of(trial.spent()));
    }
    line("genotype", trial.candidate().genotype());
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

  private static List<Path> files(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> json(
      Trial trial,
      List<Trial> runs,
      List<Attempt> attempts,
      List<LossPoint> losses,
      List<Path> files) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("trial", trial.number());
    trial.repeatOf().ifPresent(first -> answer.put("repeat_of", first));
    answer.put("runs", runs.stream().map(ShowCommand::run).toList());
    answer.put("state", trial.state().name().toLowerCase(Locale.ROOT));
    answer.put("reason", trial.reason());
    answer.put("failed_attempts", attempts.stream().map(ShowCommand::json).toList());
    trial.measurement().ifPresent(measurement -> answer.put("measurement", json(measurement)));
    answer.put("parameters", trial.candidate().cost().parameters());
    answer.put("flops", trial.candidate().cost().multiplyAdds());
    answer.put("spent_flops", SpendingText.json(trial.spent()));
    answer.put("genotype", trial.candidate().genotype());
    answer.put("genes", Loci.of(trial.candidate().genotype()));
    answer.put("architecture_id", trial.candidate().architectureId());
    answer.put("architecture_yaml", trial.candidate().architectureYaml());
    answer.put("created_at", trial.createdAt().toString());
    trial.startedAt().ifPresent(at -> answer.put("started_at", at.toString()));
    trial.finishedAt().ifPresent(at -> answer.put("finished_at", at.toString()));
    trial
        .provenance()
        .ifPresent(
            provenance -> {
              Map<String, Object> values = new LinkedHashMap<>();
              values.put("seed", provenance.seed());
              values.put("digests", provenance.digests());
              values.put("versions", provenance.versions());
              values.put("device", provenance.device());
              answer.put("provenance", values);
            });
    answer.put(
        "losses", losses.stream().map(point -> List.of(point.images(), point.loss())).toList());
    answer.put("files", files.stream().map(Path::toString).toList());
    return answer;
  }

  private static Map<String, Object> run(Trial run) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("trial", run.number());
    answer.put("state", run.state().name().toLowerCase(Locale.ROOT));
    run.score().ifPresent(score -> answer.put("score", score));
    return answer;
  }

  private static Map<String, Object> json(Attempt attempt) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("kind", attempt.kind().name().toLowerCase(Locale.ROOT));
    answer.put("reason", attempt.reason());
    answer.put("started_at", attempt.startedAt().toString());
    answer.put("ended_at", attempt.endedAt().toString());
    return answer;
  }

  private static Map<String, Object> json(Measurement measurement) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("score", measurement.score().value());
    answer.put("score_name", measurement.score().name());
    for (Quantity quantity : measurement.others()) {
      answer.put(quantity.name(), quantity.value());
    }
    answer.put("protocol", measurement.protocol().text());
    answer.put("protocol_digest", measurement.protocol().digest());
    return answer;
  }
}
