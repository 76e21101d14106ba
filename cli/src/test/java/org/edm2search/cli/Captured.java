package org.edm2search.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.edm2search.cli.output.Console;

/**
 * What a command printed, and how it ended.
 *
 * @param code exit code
 * @param out standard output
 * @param err standard error
 */
record Captured(int code, String out, String err) {

  /** Runs a command in this process. */
  static Captured run(Object... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            100,
            "edm2-search");
    String[] words = List.of(arguments).stream().map(Object::toString).toArray(String[]::new);
    int code = Main.run(console, words);
    return new Captured(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Returns the lines of standard error. */
  List<String> errors() {
    return err.lines().toList();
  }
}
