package org.edm2search.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.edm2search.cli.command.EndedBySignalException;
import org.edm2search.cli.command.InvalidUseException;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.Logs;
import org.edm2search.data.InvalidDatasetException;
import org.edm2search.eval.fid.InvalidFeaturesException;
import org.edm2search.model.checkpoint.InvalidTensorFileException;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.InvalidConfigException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Turns every failure into one line and an exit code. */
final class Failures
    implements CommandLine.IParameterExceptionHandler, CommandLine.IExecutionExceptionHandler {

  private static final int FAILED = CommandLine.ExitCode.SOFTWARE;
  private static final int INVALID = CommandLine.ExitCode.USAGE;

  /** What the user gave is wrong: nothing was written, and nothing is logged. */
  private static final List<Class<? extends Exception>> INVALID_INPUT =
      List.of(
          InvalidUseException.class,
          InvalidConfigException.class,
          InvalidFeaturesException.class,
          InvalidTensorFileException.class,
          InvalidDatasetException.class);

  private static final int MOST_CAUSES = 20;

  /** What the dynamic linker says when it gets no memory. */
  private static final Pattern NO_ADDRESSES =
      Pattern.compile("failed to map segment|annot allocate memory");

  /** What it says of one that the system should have. */
  private static final Pattern MISSING_LIBRARY =
      Pattern.compile(": (lib\\S+): cannot open shared object file");

  private final Console console;
  private final RootCommand root;

  Failures(Console console, RootCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public int handleParseException(ParameterException failure, String[] args) {
    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
    String line = oneLine(failure.getMessage()).replaceFirst("^Error: ", "");
    if (failure instanceof CommandLine.UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().get(0);
      boolean commandMeant = failure.getCommandLine().getParent() == null && !word.startsWith("-");
      List<String> near = unmatched.getSuggestions();
      line =
          "%s '%s'%s"
              .formatted(
                  commandMeant
                      ? "unknown command"
                      : unmatched.isUnknownOption() ? "unknown option" : "what is",
                  word,
                  near.isEmpty() ? "" : ", did you mean '%s'?".formatted(near.get(0)));
    }
    String join = line.endsWith("?") ? " See" : "; see";
    say(line.contains("--help") ? line : "%s%s '%s --help'".formatted(line, join, command));
    trace(failure);
    return INVALID;
  }

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine commandLine, CommandLine.ParseResult parsed) {
    if (failure instanceof ParameterException usage) {
      return handleParseException(usage, new String[0]);
    }
    if (INVALID_INPUT.stream().anyMatch(type -> type.isInstance(failure))) {
      say(oneLine(failure.getMessage()));
      trace(failure);
      return INVALID;
    }
    LoggerFactory.getLogger(Main.class).error("command failed", failure);
    if (failure instanceof EndedBySignalException ended) {
      say(oneLine(ended.getMessage()));
      return ended.exitCode();
    }
    if (failure instanceof Edm2SearchException) {
      say(oneLine(failure.getMessage()));
    } else if (inputOutput(failure).isPresent()) {
      say(oneLine(inputOutput(failure).get()));
    } else {
      say("unexpected: %s (trace in %s)".formatted(oneLine(failure.toString()), Logs.file()));
    }
    trace(failure);
    return FAILED;
  }

  /** Says which file could not be read or written, and why. */
  private static Optional<String> inputOutput(Exception failure) {
    IOException cause =
        failure instanceof UncheckedIOException unchecked
            ? unchecked.getCause()
            : failure instanceof IOException direct ? direct : null;
    if (cause instanceof FileSystemException e && e.getFile() != null) {
      String reason =
          e.getReason() == null || e.getClass() != FileSystemException.class
              ? AtomicFile.reason(e)
              : e.getReason();
      return Optional.of(
          reason.contains(e.getFile()) ? reason : "%s: %s".formatted(e.getFile(), reason));
    }
    return Optional.ofNullable(cause).map(e -> "cannot read or write: " + AtomicFile.reason(e));
  }

  /** Reports what no command could catch. */
  int handleError(Error failure) {
    LoggerFactory.getLogger(Main.class).error("command failed", failure);
    if (failure instanceof LinkageError) {
      // Says what could not be loaded; what is thrown first says only that something could not.
      Throwable root = root(failure);
      say(oneLine(String.valueOf(root.getMessage())) + remedy(root));
    } else {
      say(oneLine(failure.toString()) + remedy(failure));
    }
    trace(failure);
    return FAILED;
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    for (int depth = 0; root.getCause() != null && depth < MOST_CAUSES; depth++) {
      root = root.getCause();
    }
    return root;
  }

  private static String remedy(Throwable failure) {
    if (failure instanceof OutOfMemoryError) {
      return "; give more memory: EDM2_SEARCH_JAVA_OPTS='-Xmx8g -Dorg.bytedeco.javacpp.maxbytes=16g'";
    }
    if (failure instanceof StackOverflowError) {
      return "";
    }
    String message = String.valueOf(failure.getMessage());
    if (NO_ADDRESSES.matcher(message).find()) {
      return "; there is too little memory or address space (ulimit -v): give more";
    }
    Matcher missing = MISSING_LIBRARY.matcher(message);
    if (missing.find()) {
      boolean openMp = missing.group(1).startsWith("libgomp");
      return "; install that library%s".formatted(openMp ? " (Debian: apt install libgomp1)" : "");
    }
    return "; reinstall or rebuild the program";
  }

  private void say(String line) {
    console.remark("edm2-search: %s", line);
  }

  private void trace(Throwable failure) {
    if (root.debug()) {
      StringWriter text = new StringWriter();
      failure.printStackTrace(new PrintWriter(text, true));
      console.err().print(text);
      console.err().flush();
    }
  }

  private static String oneLine(@Nullable String message) {
    return message == null ? "no message" : message.strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
