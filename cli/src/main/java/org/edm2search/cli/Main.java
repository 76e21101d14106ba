package org.edm2search.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Path;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.Logs;
import org.edm2search.cli.output.WatchedStream;
import picocli.CommandLine;

/** Entry point of the program. */
public final class Main {

  /** What a shell says of a program whose reader went away: 128 and the number of the signal. */
  private static final int SIGPIPE = 141;

  private Main() {}

  /** Runs a command and ends the process with its exit code: 0 done, 1 failed, 2 invalid input. */
  public static void main(String[] args) {
    WatchedStream out = new WatchedStream(new FileOutputStream(FileDescriptor.out));
    Console console =
        Console.ofProcess(
            out,
            System.getProperty("edm2search.terminals", ""),
            System.getenv(),
            System.getProperty("edm2search.command", "edm2-search"));
    Path home = Path.of(System.getProperty("user.home", "."));
    Logs.to(Logs.defaultFile(System.getenv(), home));
    Logs.takeStandardStreams();
    int code = run(console, args);
    console.out().flush();
    console.err().flush();
    System.exit(delivered(out, console, code));
  }

  /** Returns the exit code of a command, or another one if its result got lost. */
  private static int delivered(WatchedStream out, Console console, int code) {
    if (out.readerLeft()) {
      return code == 0 ? SIGPIPE : code;
    }
    out.failure()
        .ifPresent(
            e ->
                console.remark(
                    "edm2-search: standard output cannot be written: %s", e.getMessage()));
    return code == 0 && out.failure().isPresent() ? CommandLine.ExitCode.SOFTWARE : code;
  }

  /** Runs a command in this process and returns its exit code. */
  static int run(Console console, String... args) {
    RootCommand root = new RootCommand(console);
    Failures failures = new Failures(console, root);
    CommandLine commandLine =
        root.commandLine(args)
            .setParameterExceptionHandler(failures)
            .setExecutionExceptionHandler(failures);
    try {
      return commandLine.execute(args);
    } catch (OutOfMemoryError | LinkageError | StackOverflowError e) {
      return failures.handleError(e);
    }
  }
}
