package org.edm2search.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Where what executors say waits for the campaign's thread, and its answers wait for them.
 * Executors ask; the campaign never calls them. Thread-safe.
 *
 * <p>A message is an array of strings, since Spark reads messages before it has our classes: the
 * attempt at a trial, the executor's name for its own try at that attempt, then what it has to say.
 * The answer is an array too: lines for the worker, or one of the words below.
 */
final class Exchange {

  /** Said when a worker begins with the trial. */
  static final String BEGUN = "begun";

  /** Said when the worker's process ended; an exit code and the log's name follow. */
  static final String EXITED = "exited";

  /** Said when no worker's process could be started; the reason follows. */
  static final String UNSTARTED = "unstarted";

  /** Answered when the trial has ended: let the worker be. */
  static final String DONE = "done";

  /** Answered to who works in vain: end the worker. */
  static final String ABANDON = "abandon";

  private static final AtomicReference<@Nullable Exchange> CURRENT = new AtomicReference<>();

  /**
   * What an executor said.
   *
   * @param attempt at a trial
   * @param lines of its worker or words above
   */
  record Said(int attempt, List<String> lines) {}

  /** One attempt's answers. */
  private static final class Box {
    private final List<String> answers = new ArrayList<>();
    private String speaker = "";
  }

  private final Map<Integer, Box> boxes = new ConcurrentHashMap<>();
  private final BlockingQueue<Said> said = new LinkedBlockingQueue<>();

  /** Opens the exchange of this process; Spark, too, has one context a process. */
  static Exchange open() {
    Exchange exchange = new Exchange();
    if (!CURRENT.compareAndSet(null, exchange)) {
      throw new IllegalStateException("this process has a cluster already");
    }
    return exchange;
  }

  /** Takes what an executor says, and returns the answer. Called on Spark's threads. */
  static String[] answer(String[] message) {
    Exchange exchange = CURRENT.get();
    return exchange == null ? new String[] {ABANDON} : exchange.take(message);
  }

  private String[] take(String[] message) {
    int attempt = Integer.parseInt(message[0]);
    Box box = boxes.get(attempt);
    if (box == null) {
      return new String[] {ABANDON};
    }
    List<String> lines = Arrays.asList(message).subList(2, message.length);
    synchronized (box) {
      if (lines.contains(BEGUN)) {
        // Spark tries again what it lost: who speaks last is right.
        box.speaker = message[1];
        box.answers.removeIf(line -> line.startsWith("{"));
      } else if (!box.speaker.equals(message[1])) {
        return new String[] {ABANDON};
      }
      if (!lines.isEmpty()) {
        said.add(new Said(attempt, List.copyOf(lines)));
      }
      String[] answer = box.answers.toArray(String[]::new);
      if (box.answers.contains(DONE)) {
        boxes.remove(attempt);
      }
      box.answers.clear();
      return answer;
    }
  }

  /** An attempt begins. */
  void expect(int attempt) {
    boxes.put(attempt, new Box());
  }

  /** Nobody listens to the attempt any more. */
  void forget(int attempt) {
    boxes.remove(attempt);
  }

  /** Has a worker told. */
  void tell(int attempt, List<String> lines) {
    Box box = boxes.get(attempt);
    if (box != null && !lines.isEmpty()) {
      synchronized (box) {
        box.answers.addAll(lines);
      }
    }
  }

  /** Returns what was said next, empty if nothing was for some time. */
  Optional<Said> next(long millis) throws InterruptedException {
    return Optional.ofNullable(said.poll(millis, TimeUnit.MILLISECONDS));
  }

  /** Returns whether something was said that {@link #next} has not returned. */
  boolean hasNext() {
    return !said.isEmpty();
  }

  void close() {
    boxes.clear();
    CURRENT.compareAndSet(this, null);
  }
}
