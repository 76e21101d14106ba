package org.edm2search.campaign.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.edm2search.campaign.Examples;
import org.edm2search.campaign.TestProcess;
import org.edm2search.campaign.TrialEnd;
import org.edm2search.campaign.TrialProgress;
import org.edm2search.campaign.TrialRequest;
import org.edm2search.campaign.trial.LossPoint;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.space.Edm2SearchException;
import org.edm2search.space.SearchSpace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class WorkerExecutorTest {

  @TempDir Path folder;

  /** What a campaign would hear and say. */
  private static final class Heard implements TrialProgress {
    private final List<LossPoint> points = new ArrayList<>();
    private int reports;
    private boolean stop;
    private Optional<String> prune = Optional.empty();

    @Override
    public void report(
        Phase phase, long done, long total, OptionalDouble loss, double imagesPerSecond) {
      reports++;
    }

    @Override
    public void record(LossPoint point) {
      points.add(point);
    }

    @Override
    public Optional<String> pruneReason() {
      return prune;
    }

    @Override
    public boolean stopRequested() {
      return stop;
    }
  }

  private WorkerExecutor executor(int slots, String... arguments) {
    List<String> command = TestProcess.java(Misbehaving.class, arguments);
    return new WorkerExecutor(
        slots, new WorkerLaunch((worker, log) -> command, Map.of(), folder), "test");
  }

  private TrialRequest request(int number) {
    SearchSpace space = Examples.space();
    return new TrialRequest(number, space.seed(), space.seedCost(), folder, 1000 + number);
  }

  private String failure(WorkerExecutor executor, int trial) {
    executor.start(request(trial), new Heard());
    TrialEnd end = executor.await();
    assertThat(end).isInstanceOf(TrialEnd.Failed.class);
    assertThat(end.trial()).isEqualTo(trial);
    return ((TrialEnd.Failed) end).reason();
  }

  private static void succeeds(WorkerExecutor executor, TrialRequest request) {
    Heard heard = new Heard();
    executor.start(request, heard);
    assertThat(executor.await())
        .isEqualTo(new TrialEnd.Measured(request.number(), Examples.measurement(request.seed())));
    assertThat(heard.points).containsExactly(new LossPoint(1, 0.5));
    assertThat(heard.reports).isPositive();
  }

  @Test
  void aWorkersDeathIsItsTrialsFailureAndNothingElse() throws Exception {
    try (WorkerExecutor executor = executor(1)) {
      succeeds(executor, request(Misbehaving.FINE));
      long first = pid(executor);
      assertThat(failure(executor, Misbehaving.THROWS))
          .isEqualTo("IllegalStateException: loss is NaN");
      assertThat(pid(executor)).isEqualTo(first);
      assertThat(failure(executor, Misbehaving.DIES))
          .isEqualTo(
              "worker process ended with SIGKILL, by the system if memory ran out (exit 137); see"
                  + " logs/worker-1.log");
      succeeds(executor, request(Misbehaving.PRINTS));
      assertThat(pid(executor)).isNotEqualTo(first);
      assertThat(failure(executor, Misbehaving.CRASHES))
          .isEqualTo(
              "worker process ended with SIGABRT, a crash (exit 134); see logs/worker-1.log");
      assertThat(Files.readString(folder.resolve("worker-1.log"))).contains("SIGSEGV");
      assertThat(failure(executor, Misbehaving.EXITS))
          .contains("OutOfMemoryError: raise executor.memory (exit 3)");
      assertThat(failure(executor, Misbehaving.TALKS_NONSENSE))
          .contains("was ended, because this line is no message");
      assertThat(failure(executor, Misbehaving.TALKS_OF_OTHERS))
          .contains("it spoke of trial 0, which it does not have");
      succeeds(executor, request(Misbehaving.FINE));
    }
  }

  /** The process of the one worker, found by giving it a trial that does not end. */
  private long pid(WorkerExecutor executor) {
    Heard heard = new Heard();
    executor.start(request(Misbehaving.GOES_ON_FOREVER), heard);
    long pid = executor.process(Misbehaving.GOES_ON_FOREVER).orElseThrow();
    heard.stop = true;
    assertThat(executor.await()).isEqualTo(new TrialEnd.Stopped(Misbehaving.GOES_ON_FOREVER));
    return pid;
  }

  @Test
  void severalRunAtATimeAndOneThatDiesLeavesTheOthers() {
    try (WorkerExecutor executor = executor(2)) {
      Heard forever = new Heard();
      executor.start(request(Misbehaving.GOES_ON_FOREVER), forever);
      assertThat(failure(executor, Misbehaving.DIES)).contains("SIGKILL").contains("worker-2.log");
      succeeds(executor, request(Misbehaving.FINE));
      assertThatThrownBy(
              () -> {
                executor.start(request(Misbehaving.THROWS), new Heard());
                executor.start(request(Misbehaving.FINE), new Heard());
              })
          .hasMessage("all 2 workers have a trial");
    }
  }

  @Test
  void aTrialIsPrunedWhereItsCurveSaysSo() {
    try (WorkerExecutor executor = executor(1)) {
      Heard heard = new Heard();
      heard.prune = Optional.of("hopeless");
      executor.start(request(Misbehaving.GOES_ON_FOREVER), heard);
      assertThat(executor.await())
          .isEqualTo(new TrialEnd.Pruned(Misbehaving.GOES_ON_FOREVER, "hopeless"));
    }
  }

  @Test
  void closingEndsWhatRuns() throws Exception {
    ProcessHandle worker;
    try (WorkerExecutor executor = executor(1)) {
      executor.start(request(Misbehaving.GOES_ON_FOREVER), new Heard());
      long pid = executor.process(Misbehaving.GOES_ON_FOREVER).orElseThrow();
      worker = ProcessHandle.of(pid).orElseThrow();
      assertThat(worker.isAlive()).isTrue();
    }
    worker.onExit().get(30, TimeUnit.SECONDS);
  }

  @Test
  void aWorkerThatCannotStartIsNoTrialsFault() {
    try (WorkerExecutor executor = executor(1, "--wrong")) {
      executor.start(request(Misbehaving.FINE), new Heard());
      assertThatThrownBy(executor::await)
          .isInstanceOf(Edm2SearchException.class)
          .hasMessageContaining("worker process cannot start: it ended with exit code 1; see ")
          .hasMessageContaining("worker-1.log");
    }
    try (WorkerExecutor executor =
        new WorkerExecutor(
            1,
            new WorkerLaunch((worker, log) -> List.of("no-such-program"), Map.of(), folder),
            "test")) {
      assertThatThrownBy(() -> executor.start(request(Misbehaving.FINE), new Heard()))
          .isInstanceOf(Edm2SearchException.class)
          .hasMessageContaining("cannot start a worker process");
    }
  }
}
