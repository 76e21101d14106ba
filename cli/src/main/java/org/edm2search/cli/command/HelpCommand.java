package org.edm2search.cli.command;

import java.util.List;
import org.edm2search.cli.output.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints what {@code --help} prints. */
@Command(
    name = "help",
    description = "Print what a command takes, as COMMAND --help does; without one, all commands.",
    footer = {"  edm2-search help run", "  edm2-search help dataset convert"})
public final class HelpCommand implements Runnable {

  private final Console console;

  @Spec private CommandSpec spec;

  @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "The words of the command.")
  private List<String> words = List.of();

  public HelpCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    CommandLine command = spec.root().commandLine();
    for (String word : words) {
      CommandLine next = command.getSubcommands().get(word);
      if (next == null) {
        throw new UnmatchedArgumentException(command, List.of(word));
      }
      command = next;
    }
    console.printText(command.getUsageMessage(command.getColorScheme()));
  }
}
