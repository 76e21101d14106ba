package org.edm2search.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.resource.ResourceInformation;

/**
 * The only task of a job: has a worker process run a trial, and carries the lines between it and
 * the campaign. How the trial ended is among them; the task itself has no result.
 *
 * @param attempt the campaign's number of this attempt at a trial
 * @param order the line that starts the trial
 */
record TrialTask(int attempt, String order, WorkerPlace place)
    implements Function<Integer, Integer> {

  private static final long serialVersionUID = 1;

  /** Longest time without asking what the campaign wants. */
  private static final long BETWEEN_QUESTIONS_MILLIS = 500;

  /** The same while the campaign has something to answer. */
  private static final long UNTIL_ANSWERED_MILLIS = 10;

  @Override
  public Integer call(Integer nothing) throws Exception {
    String self = "%s/%d".formatted(TrialPlugin.executor(), TaskContext.get().taskAttemptId());
    WorkerChild worker;
    try {
      worker = WorkerChild.take(place, devices());
    } catch (IOException e) {
      // As where the executor's user may not write the shared directory: a value, not Spark's.
      TrialPlugin.ask(message(self, List.of(Exchange.BEGUN, Exchange.UNSTARTED, e.toString())));
      return 0;
    }
    boolean reusable = false;
    try {
      if (ask(self, List.of(Exchange.BEGUN), worker)) {
        worker.tell(order);
        reusable = converse(self, worker);
      }
    } finally {
      if (reusable) {
        worker.release();
      } else {
        worker.end();
      }
    }
    return 0;
  }

  /** Returns whether the worker is fit for another trial. */
  private boolean converse(String self, WorkerChild worker) throws Exception {
    long patience = BETWEEN_QUESTIONS_MILLIS;
    while (true) {
      List<String> said = new ArrayList<>(worker.said(patience));
      Optional<Integer> exit = worker.exit();
      if (exit.isPresent()) {
        said.addAll(List.of(Exchange.EXITED, exit.get().toString(), worker.log().toString()));
      }
      String[] answer = TrialPlugin.ask(message(self, said));
      List<String> words = Arrays.asList(answer);
      if (words.contains(Exchange.ABANDON) || exit.isPresent()) {
        return false;
      }
      if (words.contains(Exchange.DONE)) {
        return true;
      }
      words.forEach(worker::tell);
      patience = !said.isEmpty() ? UNTIL_ANSWERED_MILLIS : next(patience);
    }
  }

  /** Asks often after news, then less and less. */
  private static long next(long patience) {
    return Math.min(BETWEEN_QUESTIONS_MILLIS, patience * 2);
  }

  private boolean ask(String self, List<String> said, WorkerChild worker) throws Exception {
    String[] answer = TrialPlugin.ask(message(self, said));
    for (String line : answer) {
      if (line.equals(Exchange.ABANDON)) {
        return false;
      }
      worker.tell(line);
    }
    return true;
  }

  private String[] message(String self, List<String> said) {
    List<String> message = new ArrayList<>(List.of(Integer.toString(attempt), self));
    message.addAll(said);
    return message.toArray(String[]::new);
  }

  /** The GPUs that Spark's scheduler gave to this task, as CUDA wants to be told. */
  private static String devices() {
    ResourceInformation gpu = TaskContext.get().resourcesJMap().get("gpu");
    return gpu == null ? "" : String.join(",", gpu.addresses());
  }
}
