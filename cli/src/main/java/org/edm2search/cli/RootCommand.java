package org.edm2search.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.edm2search.cli.command.AnalyzeCommand;
import org.edm2search.cli.command.CompletionCommand;
import org.edm2search.cli.command.CostCommand;
import org.edm2search.cli.command.DatasetCommand;
import org.edm2search.cli.command.DoctorCommand;
import org.edm2search.cli.command.EvaluateCommand;
import org.edm2search.cli.command.ExcludeCommand;
import org.edm2search.cli.command.ExportCommand;
import org.edm2search.cli.command.FeaturesCommand;
import org.edm2search.cli.command.FidCommand;
import org.edm2search.cli.command.FinalistsCommand;
import org.edm2search.cli.command.GcCommand;
import org.edm2search.cli.command.HelpCommand;
import org.edm2search.cli.command.LeaderboardCommand;
import org.edm2search.cli.command.PauseCommand;
import org.edm2search.cli.command.ProfileCommand;
import org.edm2search.cli.command.RescoreCommand;
import org.edm2search.cli.command.RestoreCommand;
import org.edm2search.cli.command.ResumeCommand;
import org.edm2search.cli.command.RetryCommand;
import org.edm2search.cli.command.RunCommand;
import org.edm2search.cli.command.SampleCommand;
import org.edm2search.cli.command.ServeCommand;
import org.edm2search.cli.command.ShowCommand;
import org.edm2search.cli.command.StatusCommand;
import org.edm2search.cli.command.StopCommand;
import org.edm2search.cli.command.TensorboardCommand;
import org.edm2search.cli.command.TrainCommand;
import org.edm2search.cli.command.ValidateCommand;
import org.edm2search.cli.command.VerifyCommand;
import org.edm2search.cli.command.WeightsCommand;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.Logs;
import org.edm2search.cli.output.VersionText;
import org.edm2search.pipeline.trial.FeatureFiles;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** What all commands share. */
@Command(
    name = "edm2-search",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    scope = ScopeType.INHERIT,
    sortOptions = false,
    usageHelpWidth = 100,
    synopsisSubcommandLabel = "COMMAND",
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed", "2:invalid input or usage; nothing was written"})
final class RootCommand implements Runnable {

  private final Console console;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print stack traces, and log more.")
  private boolean debug;

  RootCommand(Console console) {
    this.console = console;
  }

  /** Returns the command line with all commands. */
  CommandLine commandLine() {
    return commandLine(commands());
  }

  /**
   * Returns the command line for some arguments. Making all commands takes as long as a small one
   * of them, so that is made alone where it needs none of the others.
   */
  CommandLine commandLine(String... args) {
    List<Object> meant =
        commands().stream()
            .filter(command -> args.length > 0 && isAlone(command, args[0]))
            .toList();
    return meant.isEmpty() ? commandLine() : commandLine(meant);
  }

  private static boolean isAlone(Object command, String word) {
    Command named = command.getClass().getAnnotation(Command.class);
    return named != null
        && named.name().equals(word)
        && !(command instanceof HelpCommand || command instanceof CompletionCommand);
  }

  private CommandLine commandLine(List<Object> commands) {
    CommandLine root = new CommandLine(this);
    commands.forEach(root::addSubcommand);
    root.getCommandSpec()
        .usageMessage()
        .description(
            "Declarative architecture search for diffusion U-Nets: one YAML file becomes a ranked",
            "leaderboard and an exported model.")
        .footer(
            "  edm2-search run examples/quickstart.yaml     start or resume a campaign",
            "  edm2-search serve                            watch it in a browser",
            "  edm2-search COMMAND --help                   what a command takes, with examples");
    Ansi ansi = console.colored() ? Ansi.ON : Ansi.OFF;
    return root.setColorScheme(CommandLine.Help.defaultColorScheme(ansi))
        .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
        .setExecutionStrategy(this::execute);
  }

  private List<Object> commands() {
    Clock clock = Clock.systemUTC();
    Path home = Path.of(System.getProperty("user.home", "."));
    return List.of(
        new ValidateCommand(console),
        new CostCommand(console),
        new ProfileCommand(console),
        new RunCommand(console, clock),
        new RetryCommand(console, clock),
        new ExcludeCommand(console, clock),
        new PauseCommand(console),
        new ResumeCommand(console),
        new StopCommand(console),
        new StatusCommand(console, clock),
        new LeaderboardCommand(console),
        new FinalistsCommand(console, clock),
        new RescoreCommand(console),
        new AnalyzeCommand(console),
        new TensorboardCommand(console),
        new ShowCommand(console),
        new DoctorCommand(console, clock),
        new RestoreCommand(console, clock),
        new GcCommand(console, clock),
        new TrainCommand(console),
        new EvaluateCommand(console),
        new SampleCommand(console),
        new ExportCommand(console),
        new VerifyCommand(console),
        DatasetCommand.with(console),
        FeaturesCommand.with(console),
        new FidCommand(console),
        new WeightsCommand(console, FeatureFiles.store(System.getenv(), home)),
        new ServeCommand(console),
        new CompletionCommand(console),
        new HelpCommand(console));
  }

  private int execute(CommandLine.ParseResult parsed) {
    if (debug) {
      Logs.verbose();
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  boolean debug() {
    return debug;
  }

  /** Without a command there is nothing to do but explain. */
  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "which command? 'edm2-search --help' lists them");
  }
}
