package org.edm2search.cli.command;

import org.edm2search.cli.output.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What may be done with data sets. */
@Command(
    name = "dataset",
    description = "Look into a data set, or convert images into one to train on.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "  edm2-search dataset info photos.zip",
      "  edm2-search dataset convert photos/ photos-64.zip --resolution 64"
    })
public final class DatasetCommand implements Runnable {

  @Spec private CommandSpec spec;

  private DatasetCommand() {}

  /** Returns the command with its own commands. */
  public static CommandLine with(Console console) {
    return new CommandLine(new DatasetCommand())
        .addSubcommand(new DatasetConvertCommand(console))
        .addSubcommand(new DatasetInfoCommand(console));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "which command? 'edm2-search dataset --help' lists them");
  }
}
