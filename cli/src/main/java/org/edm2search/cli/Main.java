package org.edm2search.cli;

import java.nio.file.Path;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.Logs;
import picocli.CommandLine;

/** Entry point of the program. */
public final class Main {

  private Main() {}

  /** Runs a command and ends the process with its exit code: 0 done, 1 failed, 2 invalid input. */
  public static void main(String[] args) {
    Console console =
        Console.ofProcess(
            System.getProperty("edm2search.terminals", ""),
            System.getenv(),
            System.getProperty("edm2search.command", "edm2-search"));
    Path home = Path.of(System.getProperty("user.home", "."));
    Logs.to(Logs.defaultFile(System.getenv(), home));
    System.setOut(Logs.chatter("stdout"));
    System.setErr(Logs.chatter("stderr"));
    int code = run(console, args);
    console.out().flush();
    console.err().flush();
    System.exit(code);
  }

  /** Runs a command in this process and returns its exit code. */
  static int run(Console console, String... args) {
    RootCommand root = new RootCommand(console);
    Failures failures = new Failures(console, root);
    CommandLine commandLine =
        root.commandLine()
            .setParameterExceptionHandler(failures)
            .setExecutionExceptionHandler(failures);
    try {
      return commandLine.execute(args);
    } catch (OutOfMemoryError | LinkageError | StackOverflowError e) {
      return failures.handleError(e);
    }
  }
}
