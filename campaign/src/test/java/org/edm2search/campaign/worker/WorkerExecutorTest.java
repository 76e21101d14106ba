package org.edm2search.campaign.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.edm2search.campaign.Examples;
import org.edm2search.campaign.TestProcess;
import org.edm2search.campaign.TrialEnd;
import org.edm2search.campaign.TrialRequest;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.space.LossPoint;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.base.Edm2SearchException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Timeout(120)
@Isolated
final class WorkerExecutorTest {

  @TempDir Path folder;

  private static TrialEnd end(WorkerExecutor executor) {
    while (true) {
      Optional<TrialEnd> end = executor.await(Duration.ofMinutes(1));
      if (end.isPresent()) {
        return end.get();
      }
    }
  }

  private WorkerExecutor executor(int slots, String... arguments) {
    return executor(slots, Duration.ofMinutes(5), arguments);
  }

  private WorkerExecutor executor(int slots, Duration silence, String... arguments) {
    List<String> command = TestProcess.java(Misbehaving.class, arguments);
    return new WorkerExecutor(
        slots,
        new WorkerLaunch((worker, log) -> command, WorkerLaunch.Variables.NONE, folder),
        "test",
        silence);
  }

  private TrialRequest request(int number) {
    SearchSpace space = Examples.space();
    return new TrialRequest(
        number, space.seed(), space.seedCost(), folder, 1000 + number, Optional.empty());
  }

  private String failure(WorkerExecutor executor, int trial, FailureKind kind) {
    executor.start(request(trial), new RecordedProgress());
    TrialEnd end = end(executor);
    assertThat(end).isInstanceOf(TrialEnd.Failed.class);
    assertThat(end.trial()).isEqualTo(trial);
    assertThat(((TrialEnd.Failed) end).kind()).isEqualTo(kind);
    return ((TrialEnd.Failed) end).reason();
  }

  private static void succeeds(WorkerExecutor executor, TrialRequest request) {
    RecordedProgress heard = new RecordedProgress();
    executor.start(request, heard);
    assertThat(end(executor))
        .isEqualTo(
            new TrialEnd.Measured(
                request.number(), Examples.measurement(request.seed()), Optional.empty()));
    assertThat(heard.points).containsExactly(new LossPoint(1, 0.5));
    assertThat(heard.reports).isNotEmpty();
  }

  @Test
  void aWorkersDeathIsItsTrialsFailureAndNothingElse() throws Exception {
    try (WorkerExecutor executor = executor(1)) {
      succeeds(executor, request(Misbehaving.FINE));
      long first = pid(executor);
      assertThat(failure(executor, Misbehaving.THROWS, FailureKind.INVALID))
          .isEqualTo("IllegalStateException: loss is NaN");
      assertThat(pid(executor)).isEqualTo(first);
      assertThat(failure(executor, Misbehaving.DIES, FailureKind.KILLED))
          .isEqualTo(
              "worker process ended with SIGKILL, sent by somebody or, if memory ran out, by the"
                  + " system; fewer executor.workers or a smaller training.micro_batch need less"
                  + " (exit 137); see logs/worker-1.log");
      assertThat(Files.readString(folder.resolve("worker-1.log")))
          .contains("which had trial 1, ended with SIGKILL");
      succeeds(executor, request(Misbehaving.PRINTS));
      assertThat(pid(executor)).isNotEqualTo(first);
      assertThat(failure(executor, Misbehaving.CRASHES, FailureKind.CRASHED))
          .isEqualTo(
              "worker process ended with SIGABRT, a crash (exit 134); see logs/worker-1.log");
      assertThat(Files.readString(folder.resolve("worker-1.log"))).contains("SIGSEGV");
      assertThat(failure(executor, Misbehaving.EXITS, FailureKind.OUT_OF_MEMORY))
          .contains("where the log says Java heap space, raise executor.memory (exit 3)");
      assertThat(failure(executor, Misbehaving.TALKS_NONSENSE, FailureKind.CRASHED))
          .contains("was ended, because this line is not a message");
      assertThat(failure(executor, Misbehaving.TALKS_OF_OTHERS, FailureKind.CRASHED))
          .contains("it reported on trial 0, which it was not given");
      succeeds(executor, request(Misbehaving.FINE));
    }
  }

  /** The process of the one worker, found by giving it a trial that does not end. */
  private long pid(WorkerExecutor executor) {
    RecordedProgress heard = new RecordedProgress();
    executor.start(request(Misbehaving.GOES_ON_FOREVER), heard);
    long pid = executor.process(Misbehaving.GOES_ON_FOREVER).orElseThrow();
    heard.stop = true;
    assertThat(end(executor)).isEqualTo(new TrialEnd.Stopped(Misbehaving.GOES_ON_FOREVER));
    return pid;
  }

  @Test
  void severalRunAtATimeAndOneThatDiesLeavesTheOthers() {
    try (WorkerExecutor executor = executor(2)) {
      RecordedProgress forever = new RecordedProgress();
      executor.start(request(Misbehaving.GOES_ON_FOREVER), forever);
      assertThat(failure(executor, Misbehaving.DIES, FailureKind.KILLED))
          .contains("SIGKILL")
          .contains("worker-2.log");
      succeeds(executor, request(Misbehaving.FINE));
      assertThatThrownBy(
              () -> {
                executor.start(request(Misbehaving.THROWS), new RecordedProgress());
                executor.start(request(Misbehaving.FINE), new RecordedProgress());
              })
          .hasMessage("all 2 workers have a trial");
    }
  }

  /** Stopped as by Ctrl-Z, it says nothing and hears nothing. */
  @Test
  void aWorkerThatIsSilentForTooLongIsEnded() {
    try (WorkerExecutor executor = executor(1, Duration.ofSeconds(2))) {
      RecordedProgress heard = new RecordedProgress();
      executor.start(request(Misbehaving.FREEZES), heard);
      TrialEnd end = end(executor);
      assertThat(end)
          .isEqualTo(
              new TrialEnd.Failed(
                  Misbehaving.FREEZES,
                  FailureKind.TIMED_OUT,
                  "worker process was ended, because it reported nothing for 2 s; see"
                      + " logs/worker-1.log"));
      assertThat(heard.silences)
          .singleElement()
          .satisfies(
              silence ->
                  assertThat(silence).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2)));
      succeeds(executor, request(Misbehaving.FINE));
    }
  }

  @Test
  void aWishToStopEndsAWorkerThatDoesNotHearIt() {
    try (WorkerExecutor executor = executor(1, Duration.ofSeconds(2))) {
      RecordedProgress heard = new RecordedProgress();
      heard.stop = true;
      executor.start(request(Misbehaving.FREEZES), heard);
      assertThat(end(executor)).isEqualTo(new TrialEnd.Stopped(Misbehaving.FREEZES));
    }
  }

  @Test
  void closingEndsWhatRuns() throws Exception {
    ProcessHandle worker;
    try (WorkerExecutor executor = executor(1)) {
      executor.start(request(Misbehaving.GOES_ON_FOREVER), new RecordedProgress());
      long pid = executor.process(Misbehaving.GOES_ON_FOREVER).orElseThrow();
      worker = ProcessHandle.of(pid).orElseThrow();
      assertThat(worker.isAlive()).isTrue();
    }
    worker.onExit().get(30, TimeUnit.SECONDS);
  }

  @Test
  void aWorkerThatCannotStartIsNoTrialsFault() {
    try (WorkerExecutor executor = executor(1, "--wrong")) {
      assertThat(failure(executor, Misbehaving.FINE, FailureKind.CRASHED))
          .contains("worker process cannot start: it ended with exit code 1; see ")
          .contains("worker-1.log");
    }
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    try (WorkerExecutor executor =
        new WorkerExecutor(
            1,
            new WorkerLaunch(
                (worker, log) -> List.of(java, "-Xmx1k", "-version"),
                WorkerLaunch.Variables.NONE,
                folder),
            "test",
            Duration.ofMinutes(5))) {
      assertThat(failure(executor, Misbehaving.FINE, FailureKind.CRASHED))
          .contains("it ended with exit code 1 (Too small maximum heap); see ");
    }
    try (WorkerExecutor executor = executor(1, Misbehaving.WITHOUT_DATA)) {
      assertThat(failure(executor, Misbehaving.FINE, FailureKind.INPUT_OUTPUT))
          .contains("no such file: images.zip");
    }
    try (WorkerExecutor executor =
        new WorkerExecutor(
            1,
            new WorkerLaunch(
                (worker, log) -> List.of("no-such-program"), WorkerLaunch.Variables.NONE, folder),
            "test",
            Duration.ofMinutes(5))) {
      assertThatThrownBy(() -> executor.start(request(Misbehaving.FINE), new RecordedProgress()))
          .isInstanceOf(Edm2SearchException.class)
          .hasMessageContaining("cannot start a worker process");
    }
  }
}
