package org.edm2search.cli.command;

import org.edm2search.cli.output.Console;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what a shell completes commands with. */
@Command(
    name = "completion",
    description =
        "Print a script by which bash and zsh complete commands and options with the tab key.",
    footer = "  source <(edm2-search completion)          in ~/.bashrc or ~/.zshrc")
public final class CompletionCommand implements Runnable {

  private final Console console;

  @Spec private CommandSpec spec;

  public CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    CommandSpec root = spec.root();
    console.printText(AutoComplete.bash(root.name(), root.commandLine()));
  }
}
