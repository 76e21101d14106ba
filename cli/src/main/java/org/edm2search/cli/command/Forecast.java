package org.edm2search.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.campaign.report.Decimals;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.cli.output.ProgressBar;
import org.edm2search.model.profile.Pass;
import org.edm2search.model.profile.PassProfile;
import org.edm2search.model.profile.ProfileListener;
import org.edm2search.model.profile.ProfileProcess;
import org.edm2search.model.profile.Repetition;
import org.edm2search.pipeline.trial.CampaignEstimate;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.edm2search.pipeline.worker.Machine;

/**
 * What a campaign will take, beside what the machine has.
 *
 * @param estimate from the file
 * @param measured a training step and a network evaluation of G* on this machine, if asked for
 * @param machine this one
 * @param freeBytes of the file system that the campaign's directory is or will be in
 */
record Forecast(
    CampaignEstimate estimate, Optional<Measured> measured, Machine machine, long freeBytes) {

  private static final Repetition STEPS = new Repetition(5, 20);
  private static final int BAR = 24;

  /** Scores of fewer samples say too little for being advised. */
  private static final int FEWEST_SAMPLES = 100;

  /** Times of a training step and of a sampling batch. */
  record Measured(PassProfile training, PassProfile sampling) {}

  static Forecast of(CampaignSettings settings, Optional<Measured> measured) {
    return new Forecast(
        CampaignEstimate.of(settings),
        measured,
        Machine.here(System.getenv()),
        free(settings.config().directory().path()));
  }

  /** Measures G*, each pass in a process of its own. */
  static Measured measure(CampaignSettings settings, LiveLine line) {
    int[] passes = {0};
    ProfileListener listener =
        (step, elapsed) -> {
          if (line.due()) {
            line.show(
                "measuring %s %s: %s  %s"
                    .formatted(
                        ProgressBar.of(passes[0], 2, BAR),
                        passes[0] == 0 ? "training" : "sampling",
                        step,
                        Amounts.clock(elapsed)));
          }
        };
    try {
      ProfileProcess process = new ProfileProcess(Machine.here(System.getenv()).cores(), listener);
      PassProfile training =
          process.measure(
              settings.space().seed(),
              new Pass(Pass.Kind.TRAINING, settings.recipe().microBatch()),
              STEPS);
      passes[0]++;
      PassProfile sampling =
          process.measure(
              settings.space().seed(),
              new Pass(
                  Pass.Kind.DENOISING,
                  Math.min(settings.protocol().batch(), settings.protocol().samples())),
              STEPS);
      return new Measured(training, sampling);
    } finally {
      line.clear();
    }
  }

  private static long free(Path directory) {
    try {
      Path existing = directory.toAbsolutePath();
      while (existing.getParent() != null && !Files.exists(existing)) {
        existing = existing.getParent();
      }
      return Files.getFileStore(existing).getUsableSpace();
    } catch (IOException e) {
      return Long.MAX_VALUE; // then nothing can be said
    }
  }

  private Optional<Double> seconds() {
    return measured.map(
        passes ->
            estimate.seconds(
                passes.training().imagesPerSecond(), passes.sampling().imagesPerSecond()));
  }

  /** What a trial needs at least; with a measurement, its activations too. */
  private double memoryBytes() {
    return estimate.stateBytes()
        + measured
            .map(
                passes ->
                    (double) Math.max(passes.training().planBytes(), passes.sampling().planBytes()))
            .orElse(0.0);
  }

  /** Returns the lines for people: a name and what there is to say. */
  Map<String, String> lines() {
    Map<String, String> lines = new LinkedHashMap<>();
    if (estimate.trainings().size() > 1) {
      lines.put("trainings", trainings());
    }
    lines.put(
        "FLOPs",
        "%s for training, %s for scoring, if all candidates cost what G* does"
            .formatted(
                Amounts.count(estimate.trainingMultiplyAdds()),
                Amounts.count(estimate.scoringMultiplyAdds())));
    lines.put(
        "time",
        seconds()
            .map(
                seconds ->
                    "%s on this machine, one trial at a time, without features"
                        .formatted(Amounts.duration(seconds)))
            .orElse("--measure times a few steps"));
    lines.put(
        "memory",
        "%sB a trial%s"
            .formatted(
                Amounts.count(memoryBytes()),
                measured.isPresent() ? "" : " for weights and optimizer; --measure adds the rest"));
    lines.put(
        "disk",
        "%sB of checkpoints and snapshots, %sB free"
            .formatted(Amounts.count(estimate.diskBytes()), Amounts.count(freeBytes)));
    return lines;
  }

  /** Says how many candidates are expected to be trained to each rung. */
  private String trainings() {
    int count = estimate.trainings().size();
    List<String> rungs = new ArrayList<>();
    for (int rung = 0; rung < count; rung++) {
      rungs.add(
          "%,d to %s"
              .formatted(
                  estimate.trainings().get(rung),
                  rung == count - 1 ? "the top" : "rung " + (rung + 1)));
    }
    return String.join(", ", rungs);
  }

  private static String times(double ratio) {
    return ratio < 10 ? Decimals.significant(ratio, 2) : String.format(Locale.ROOT, "%,.0f", ratio);
  }

  /** Returns what the machine does not have, and what FLOPs are not well spent on. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (estimate.scoringMultiplyAdds() > estimate.trainingMultiplyAdds()) {
      warnings.add(
          "scoring takes %s times the FLOPs of training: a larger training.flops%s"
              .formatted(
                  times(estimate.scoringMultiplyAdds() / estimate.trainingMultiplyAdds()),
                  estimate.balancedSamples() < FEWEST_SAMPLES
                      ? ""
                      : ", or evaluation.samples: %d, which take as many"
                          .formatted(estimate.balancedSamples())));
    }
    if (estimate.diskBytes() > freeBytes) {
      warnings.add(
          "checkpoints and snapshots will need about %sB of disk, but %sB are free: fewer trials, or a larger training.snapshot_images"
              .formatted(Amounts.count(estimate.diskBytes()), Amounts.count(freeBytes)));
    }
    if (memoryBytes() > machine.memoryBytes()) {
      warnings.add(
          "a trial will need about %sB of memory, but the machine has %sB: a smaller network or training.micro_batch"
              .formatted(Amounts.count(memoryBytes()), Amounts.count(machine.memoryBytes())));
    }
    return warnings;
  }

  /** Returns everything for programs. */
  Map<String, Object> json() {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("training_flops", estimate.trainingMultiplyAdds());
    answer.put("scoring_flops", estimate.scoringMultiplyAdds());
    answer.put("trainings_by_rung", estimate.trainings());
    seconds().ifPresent(seconds -> answer.put("seconds", seconds));
    answer.put("memory_bytes", memoryBytes());
    answer.put("disk_bytes", estimate.diskBytes());
    answer.put("free_disk_bytes", freeBytes);
    answer.put("warnings", warnings());
    return answer;
  }
}
