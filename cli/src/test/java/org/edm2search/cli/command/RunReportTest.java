package org.edm2search.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Protocol;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.RecordedGenotype;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.cost.Cost;
import org.junit.jupiter.api.Test;

/** What the terminal shows of trials that run side by side. */
class RunReportTest {

  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  private static final Provenance ORIGIN = Provenance.of(Map.of(), Map.of(), "cpu");
  private static final long LONG = 60_000_000_000L;

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final AtomicLong now = new AtomicLong();

  private RunReport report(boolean live) {
    Console console =
        new Console(
            new PrintStream(PrintStream.nullOutputStream()),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            live,
            false,
            120,
            "edm2-search");
    RunReport report = new RunReport(new LiveLine(console, now::get), 2);
    report.campaignStarted(
        new CampaignRecord("name", "random", 1, 4, "", "digest", START, ""), List.of());
    report.trialStarted(running(0), false);
    report.trialStarted(running(1), false);
    return report;
  }

  private static Trial running(int number) {
    return Trial.waiting(
            number,
            new Candidate(
                new RecordedGenotype("k=3"), "id" + number, Presets.of("G*"), new Cost(9, 9)),
            START)
        .started(START);
  }

  private static Progress progress(int trial, long done, int second) {
    return new Progress(
        trial, Phase.TRAINING, done, 1000, OptionalDouble.of(0.25), 100, START.plusSeconds(second));
  }

  private String shown() {
    String text = err.toString(StandardCharsets.UTF_8);
    err.reset();
    return text;
  }

  /**
   * Nine trainings of 27 multiply-adds an image: a third of them to the lower rung, 1 to the top.
   */
  @Test
  void inRungsTheWholeTrainingsPlannedSayHowMuchIsDoneAndLeft() {
    String config =
        """
        search: {}
        training: {flops: 2.7e4}
        fidelity: {rungs: 2, factor: 3, width: 3}
        """;
    RunReport report = report(false);
    report.campaignStarted(
        new CampaignRecord("name", "model", 1, 3, config, "digest", START, ""), List.of());
    Trial trial = running(0).toward(0).started(START);
    report.trialProgressed(trial, progress(0, 100, 0));
    shown();
    now.addAndGet(LONG);
    // Planned: 3 trainings to a third and one from there to the top, 1,667 images in all.
    report.trialProgressed(trial, progress(0, 333, 10));
    assertThat(shown()).contains("20 % done, 0:40 left");
  }

  @Test
  void aTerminalHasABarForEach() {
    RunReport report = report(true);
    report.trialProgressed(running(0), progress(0, 250, 2));
    shown();
    now.addAndGet(LONG);
    report.trialProgressed(running(1), progress(1, 500, 5));
    assertThat(shown().replace("\r\u001b[K", "").lines())
        .containsExactly(
            "trial 0 (1/4) ━━━━━─────────────── training 250/1.00k images, 100/s, loss 0.2500",
            "trial 1 (2/4) ━━━━━━━━━━────────── training 500/1.00k images, 100/s, loss 0.2500",
            "0 of 4 trials finished, 0:15 left");
  }

  @Test
  void aFileHasALineForEachAndThenTheRest() {
    RunReport report = report(false);
    report.trialProgressed(running(0), progress(0, 250, 2));
    shown();
    now.addAndGet(LONG);
    report.trialProgressed(running(1), progress(1, 500, 5));
    assertThat(shown().lines())
        .containsExactly(
            "trial 0 (1/4) training 250/1.00k images, 100/s, loss 0.2500",
            "trial 1 (2/4) training 500/1.00k images, 100/s, loss 0.2500",
            "0 of 4 trials finished, 0:15 left");
    Measurement measurement =
        new Measurement(new Quantity("FD@64", 3, ""), List.of(), new Protocol("text", "digest"));
    report.trialFinished(running(1).complete(measurement, ORIGIN, START.plusSeconds(20)));
    shown();
    now.addAndGet(LONG);
    report.trialProgressed(running(0), progress(0, 500, 10));
    // Two wait, 20 s each, and half of trial 0 is left: 50 s for two workers.
    assertThat(shown())
        .isEqualTo(
            "trial 0 (1/4) training 500/1.00k images, 100/s, loss 0.2500, 0:25 left,"
                + " best 3.000 (trial 1)\n");
  }
}
