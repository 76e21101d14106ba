package org.edm2search.cluster;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.edm2search.campaign.TrialEnd;
import org.edm2search.campaign.TrialExecutor;
import org.edm2search.campaign.TrialProgress;
import org.edm2search.campaign.TrialRequest;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.worker.TrialConversation;
import org.edm2search.space.base.Edm2SearchException;

/**
 * Runs trials as tasks of a Spark application, each in a worker process beside its executor. An
 * attempt whose executor is lost has failed through the environment: the campaign records it, and
 * tries again from the last checkpoint, which the shared directory has.
 */
final class SparkExecutor implements TrialExecutor {

  private static final long POLL_MILLIS = 100;
  private static final int LONGEST_REASON = 300;

  /** An attempt at a trial. */
  private record Running(TrialConversation trial, JavaFutureAction<List<Integer>> job) {}

  private final JavaSparkContext spark;
  private final Exchange exchange;
  private final WorkerPlace place;
  private final int slots;
  private final String device;
  private final Duration silence;
  private final Map<Integer, Running> attempts = new LinkedHashMap<>();
  private int attempt;
  private long lookedAt = System.nanoTime();

  SparkExecutor(
      JavaSparkContext spark,
      Exchange exchange,
      WorkerPlace place,
      int slots,
      String device,
      Duration silence) {
    this.spark = spark;
    this.exchange = exchange;
    this.place = place;
    this.slots = slots;
    this.device = device;
    this.silence = silence;
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public Provenance environment(Provenance ofCampaign) {
    return ofCampaign.onDevice(device);
  }

  @Override
  public void start(TrialRequest request, TrialProgress progress) {
    TrialConversation trial = new TrialConversation(request, progress, silence);
    attempt++;
    exchange.expect(attempt);
    try {
      spark.setLocalProperty("spark.job.description", "trial " + request.number());
      attempts.put(
          attempt,
          new Running(
              trial,
              spark
                  .parallelize(List.of(0), 1)
                  .map(new TrialTask(attempt, trial.order(), place))
                  .collectAsync()));
    } catch (IllegalStateException e) {
      throw new Edm2SearchException(
          "the cluster ended the application, so trial %d cannot start; run the campaign again to go on: %s"
              .formatted(request.number(), firstLine(e)),
          e);
    }
  }

  /** Spark's messages go on with stack traces. */
  private static String firstLine(Throwable e) {
    String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "...";
  }

  // ---------------------------------------------------------------- news

  @Override
  public Optional<TrialEnd> await(Duration atMost) {
    if (attempts.isEmpty()) {
      throw new IllegalStateException("no trial was started");
    }
    long end = System.nanoTime() + atMost.toNanos();
    Optional<TrialEnd> ended;
    do {
      try {
        exchange.next(POLL_MILLIS).ifPresent(this::hear);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Edm2SearchException("interrupted while trials run", e);
      }
      look();
      ended = ended();
    } while (ended.isEmpty() && System.nanoTime() < end);
    return ended;
  }

  private void hear(Exchange.Said said) {
    Running running = attempts.get(said.attempt());
    if (running == null) {
      return; // it ended meanwhile
    }
    Iterator<String> lines = said.lines().iterator();
    while (lines.hasNext()) {
      String line = lines.next();
      if (line.equals(Exchange.BEGUN)) {
        running.trial().begun();
      } else if (line.equals(Exchange.EXITED)) {
        running.trial().exited(Integer.parseInt(lines.next()), lines.next());
      } else if (line.equals(Exchange.UNSTARTED)) {
        running
            .trial()
            .lost("no worker can be started on a machine of the cluster: " + lines.next());
      } else {
        exchange.tell(said.attempt(), running.trial().hear(line));
      }
    }
  }

  /** Passes on a wish to stop, and gives up what is silent for too long or was lost. */
  private void look() {
    long now = System.nanoTime();
    Duration passed = Duration.ofNanos(now - lookedAt);
    lookedAt = now;
    attempts.forEach(
        (number, running) -> {
          exchange.tell(number, running.trial().passed(passed));
          // Asked in this order: what a task says, it says before it ends.
          if (running.job().isDone() && !exchange.hasNext() && running.trial().end().isEmpty()) {
            running.trial().lost(reason(running.job()));
          }
        });
  }

  private static String reason(JavaFutureAction<List<Integer>> job) {
    try {
      job.get();
      return "its task ended without a word of how the trial did";
    } catch (ExecutionException e) {
      return "Spark gave its task up: " + firstLine(e.getCause() == null ? e : e.getCause());
    } catch (CancellationException e) {
      return "its task was cancelled";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Edm2SearchException("interrupted while trials run", e);
    }
  }

  private Optional<TrialEnd> ended() {
    for (Map.Entry<Integer, Running> entry : attempts.entrySet()) {
      Optional<TrialEnd> end = entry.getValue().trial().end();
      if (end.isPresent()) {
        dismiss(entry.getKey(), entry.getValue(), end.get());
        return end;
      }
    }
    return Optional.empty();
  }

  private void dismiss(int number, Running running, TrialEnd end) {
    attempts.remove(number);
    if (end instanceof TrialEnd.Failed) {
      exchange.forget(number); // from now on its task is told to abandon the worker
      running.job().cancel(true);
    } else {
      exchange.tell(number, List.of(Exchange.DONE));
    }
  }

  @Override
  public void close() {
    exchange.close();
    attempts.values().forEach(running -> running.job().cancel(true));
    attempts.clear();
    spark.close();
  }
}
