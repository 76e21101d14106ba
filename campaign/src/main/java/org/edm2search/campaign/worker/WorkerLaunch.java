package org.edm2search.campaign.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.edm2search.campaign.store.PostgresServer;

/**
 * How worker processes are started.
 *
 * @param words program and arguments of a worker with a number, from 1
 * @param environment environment variables of a worker with a number, from 1
 * @param logs folder of {@code worker-1.log} and so on, which take what workers print on standard
 *     error
 */
public record WorkerLaunch(Words words, Variables environment, Path logs) {

  /** Gives each worker its command line. */
  @FunctionalInterface
  public interface Words {
    /**
     * Returns program and arguments.
     *
     * @param log the worker's log file
     */
    List<String> of(int worker, Path log);
  }

  /** Gives each worker its environment variables. */
  @FunctionalInterface
  public interface Variables {
    /** The same as this process's. */
    Variables NONE = worker -> Map.of();

    /** Returns those that differ from this process's. */
    Map<String, String> of(int worker);
  }

  /** Returns a worker's log file. */
  public Path log(int worker) {
    return logs.resolve("worker-%d.log".formatted(worker));
  }

  /** Adds a line to a worker's log: a process that crashed may not have said anything itself. */
  void note(int worker, String line) throws IOException {
    Files.writeString(
        log(worker), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  ProcessBuilder process(int worker) {
    Path log = log(worker);
    ProcessBuilder builder = new ProcessBuilder(words.of(worker, log));
    // Trials have no use for the store's password.
    builder.environment().remove(PostgresServer.PASSWORD);
    builder.environment().putAll(environment.of(worker));
    return builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
  }
}
