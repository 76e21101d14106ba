package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.edm2search.cli.output.Console;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What the documents and examples say holds. */
class DocumentsTest {

  private static final Path ROOT = Path.of("..");
  private static final Path COMMANDS = ROOT.resolve("docs/commands.md");

  /** With -Dedm2search.write-docs=true the document is written instead. */
  @Test
  void theCommandsDocumentIsWhatHelpPrints() throws IOException {
    String expected = commandsDocument();
    if (Boolean.getBoolean("edm2search.write-docs")) {
      Files.writeString(COMMANDS, expected);
    }
    assertThat(Files.readString(COMMANDS)).isEqualTo(expected);
  }

  private static String commandsDocument() {
    CommandLine root = root();
    StringBuilder text = new StringBuilder();
    text.append(
        """
        # Commands

        What `edm2-search COMMAND --help` prints; a test keeps this page equal to it. Results go to
        standard output, progress, hints and errors to standard error. `--json` prints an answer for
        programs. In a source tree the program is `./edm2-search`.

        """);
    section(text, root);
    return text.toString();
  }

  private static CommandLine root() {
    Console console =
        new Console(
            new PrintStream(PrintStream.nullOutputStream()),
            new PrintStream(PrintStream.nullOutputStream()),
            false,
            false,
            100,
            "edm2-search");
    return new RootCommand(console).commandLine();
  }

  private static void section(StringBuilder text, CommandLine command) {
    String name = command.getCommandSpec().qualifiedName().replaceFirst("^edm2-search ", "");
    String usage = command.getUsageMessage(CommandLine.Help.Ansi.OFF);
    text.append("## ").append(name).append("\n\n```\n");
    usage.strip().lines().forEach(line -> text.append(line.stripTrailing()).append('\n'));
    text.append("```\n\n");
    command.getSubcommands().values().stream()
        .filter(below -> !below.getCommandSpec().usageMessage().hidden())
        .forEach(below -> section(text, below));
  }

  static Stream<Path> campaigns() throws IOException {
    return yaml("examples");
  }

  static Stream<Path> architectures() throws IOException {
    return yaml("examples/architectures");
  }

  private static Stream<Path> yaml(String folder) throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("campaigns")
  void everyExampleCampaignIsValid(Path file) {
    Captured result = Captured.run("validate", file);
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void everyExampleArchitectureHasACost(Path file) {
    Captured result = Captured.run("cost", file, "--json");
    assertThat(result.out())
        .matches("(?s)\\{\\s*\"parameters\" : \\d+,\\s*\"flops\" : \\d+\\s*}\\s*");
    assertThat(result.code()).isZero();
  }

  @Test
  void thePapersTablesAreReproduced() {
    Captured result = Captured.run("cost", "--presets");
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("153,972,069", "50,406,244,512");
    // The paper's Table 3 prints a sum that its own parts do not give.
    assertThat(result.out().lines().filter(line -> line.contains("DIFFERS"))).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksLeadSomewhere(Path document) throws IOException {
    Matcher links =
        Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)").matcher(Files.readString(document));
    while (links.find()) {
      Path target = document.resolveSibling(links.group(1));
      assertThat(target).as("%s in %s", links.group(1), document).exists();
    }
  }

  /** What a reader copies from a shell block must be a command that there is. */
  @ParameterizedTest
  @MethodSource("documents")
  void commandsExist(Path document) throws IOException {
    Matcher blocks = Pattern.compile("(?ms)^```sh\\n(.*?)^```").matcher(Files.readString(document));
    while (blocks.find()) {
      for (String line : blocks.group(1).replace("\\\n", " ").lines().toList()) {
        Matcher bench = Pattern.compile("(?:^|\\s)bench/run (\\w+)(?=\\s|$)").matcher(line);
        if (bench.find()) {
          assertThat(
                  ROOT.resolve("bench/src/main/java/org/edm2search/bench")
                      .resolve(bench.group(1) + ".java"))
              .as("%s in %s", line, document)
              .exists();
        }
        Matcher own = Pattern.compile("^\\./edm2-search ([a-z][a-z-]*)").matcher(line);
        if (own.find()) {
          assertThat(root().getSubcommands())
              .as("%s in %s", line, document)
              .containsKey(own.group(1));
        }
        assertThat(line).as("in %s", document).doesNotContain("dependency:build-classpath");
      }
    }
  }

  static Stream<Path> documents() throws IOException {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      List<Path> all = docs.filter(file -> file.toString().endsWith(".md")).toList();
      return Stream.concat(
          Stream.of(ROOT.resolve("README.md"), ROOT.resolve("CHANGELOG.md")), all.stream());
    }
  }
}
