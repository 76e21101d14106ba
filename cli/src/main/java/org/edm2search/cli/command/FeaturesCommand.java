package org.edm2search.cli.command;

import org.edm2search.cli.output.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What may be done with features. */
@Command(
    name = "features",
    description = "Make features of one's own images, which scores are measured in.",
    synopsisSubcommandLabel = "COMMAND",
    footer = "  edm2-search features train photos-64.zip --name photos")
public final class FeaturesCommand implements Runnable {

  @Spec private CommandSpec spec;

  private FeaturesCommand() {}

  /** Returns the command with its own commands. */
  public static CommandLine with(Console console) {
    return new CommandLine(new FeaturesCommand()).addSubcommand(new FeaturesTrainCommand(console));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "which command? 'edm2-search features --help' lists them");
  }
}
