package org.edm2search.cluster;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkFiles;
import org.edm2search.campaign.store.PostgresServer;
import org.edm2search.pipeline.worker.Machine;
import org.edm2search.pipeline.worker.WorkerCommand;
import org.edm2search.pipeline.worker.WorkerMain;

/**
 * A worker process beside an executor, the same one that campaigns start on their own machine: what
 * kills it does not kill the executor. It ends when the executor does, since its orders end. After
 * a trial it waits for the next.
 */
final class WorkerChild {

  private static final int MOST_LINES = 10_000;

  /** What a worker's JVM is told on every machine. */
  private static final List<String> JVM_OPTIONS =
      List.of("-Djava.awt.headless=true", "-Dfile.encoding=UTF-8");

  private static final Deque<WorkerChild> IDLE = new ArrayDeque<>();
  private static final AtomicInteger STARTED = new AtomicInteger();

  private final WorkerPlace place;
  private final String devices;
  private final Path log;
  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>(MOST_LINES);

  private WorkerChild(WorkerPlace place, String devices) throws IOException {
    this.place = place;
    this.devices = devices;
    Path logs = Files.createDirectories(Path.of(place.logs()));
    this.log =
        logs.resolve(
            "worker-%s-%d.log".formatted(TrialPlugin.executor(), STARTED.incrementAndGet()));
    ProcessBuilder builder = builder(place, classPath(place), log, List.of());
    if (!devices.isEmpty()) {
      builder.environment().put("CUDA_VISIBLE_DEVICES", devices);
    }
    this.process = builder.start();
    Thread reader = new Thread(this::read, "worker's news");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Returns a worker's process, not started, on this machine.
   *
   * @param options further ones of {@link WorkerMain}
   */
  static ProcessBuilder builder(
      WorkerPlace place, String classPath, Path log, List<String> options) {
    List<String> all = new ArrayList<>(List.of(WorkerMain.DATA, place.data()));
    all.addAll(options);
    WorkerCommand command =
        new WorkerCommand(
            Path.of(place.config()),
            place.features().isEmpty() ? Optional.empty() : Optional.of(Path.of(place.features())),
            place.share().heapMebibytes(),
            memoryMebibytes(place.share()),
            all);
    ProcessBuilder builder =
        new ProcessBuilder(command.words(JVM_OPTIONS, log))
            .directory(new File(place.workingDirectory()))
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().remove(PostgresServer.PASSWORD);
    builder
        .environment()
        .putAll(WorkerCommand.environment(place.share().threads(), place.environment()));
    builder.environment().put("CLASSPATH", classPath);
    return builder;
  }

  private static long memoryMebibytes(WorkerPlace.Share share) {
    if (share.memoryMebibytes() > 0) {
      return share.memoryMebibytes();
    }
    Machine machine = Machine.here(Map.of());
    return (machine.memoryBytes() >> 20)
        * share.threads()
        / Math.max(share.threads(), machine.cores());
  }

  private static String classPath(WorkerPlace place) {
    return place.classPath().isEmpty()
        ? Path.of(SparkFiles.getRootDirectory()).toAbsolutePath() + File.separator + "*"
        : place.classPath();
  }

  /** Returns a worker that waits, or a new one. */
  static WorkerChild take(WorkerPlace place, String devices) throws IOException {
    synchronized (IDLE) {
      while (!IDLE.isEmpty()) {
        WorkerChild idle = IDLE.remove();
        if (idle.process.isAlive() && idle.place.equals(place) && idle.devices.equals(devices)) {
          return idle;
        }
        idle.end();
      }
    }
    return new WorkerChild(place, devices);
  }

  /** Keeps the worker for the next trial. */
  void release() {
    synchronized (IDLE) {
      IDLE.add(this);
    }
  }

  /** Ends workers that wait. */
  static void endIdle() {
    synchronized (IDLE) {
      IDLE.forEach(WorkerChild::end);
      IDLE.clear();
    }
  }

  private void read() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = reader.readLine();
      while (line != null) {
        if (line.startsWith("{")) {
          lines.put(line);
        }
        line = reader.readLine();
      }
    } catch (IOException e) {
      // The process is gone, which its exit code tells.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns what the worker said, waiting some time for the first line. */
  List<String> said(long millis) throws InterruptedException {
    List<String> said = new ArrayList<>();
    String first = lines.poll(millis, TimeUnit.MILLISECONDS);
    if (first != null) {
      said.add(first);
      lines.drainTo(said);
    }
    return said;
  }

  /** Passes on a line; a process that died meanwhile is noticed by {@link #exit}. */
  void tell(String line) {
    OutputStream orders = process.getOutputStream();
    try {
      orders.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      orders.flush();
    } catch (IOException e) {
      // See exit.
    }
  }

  /** Returns the exit code, once everything the process said was taken. */
  Optional<Integer> exit() {
    return process.isAlive() || !lines.isEmpty()
        ? Optional.empty()
        : Optional.of(process.exitValue());
  }

  Path log() {
    return log;
  }

  void end() {
    process.destroyForcibly();
  }
}
