package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The start script, in a distribution whose Java prints its arguments. */
class LauncherTest {

  @TempDir private Path directory;
  private Path script;

  @BeforeEach
  void unpack() throws IOException {
    Path bin = Files.createDirectories(directory.resolve("dist with space/bin"));
    Files.createDirectories(directory.resolve("dist with space/lib"));
    script = bin.resolve("edm2-search");
    Files.copy(Path.of("..", "edm2-search"), script);
  }

  @ParameterizedTest
  @CsvSource({"17.0.15, false", "21.0.2, false", "24, true", "25.0.1, true"})
  void givesEachJavaItsFlags(String version, boolean unsafeFlag) throws Exception {
    Captured started = start(Map.of("JAVA_HOME", java(version)), "cost", "G*", "two words");

    assertThat(started.code()).isZero();
    List<String> arguments = started.out().lines().toList();
    assertThat(arguments)
        .contains("--enable-native-access=ALL-UNNAMED", "-Djava.awt.headless=true")
        .anyMatch(argument -> argument.matches("-Xmx\\d+m"))
        .anyMatch(argument -> argument.matches("-Dorg.bytedeco.javacpp.maxphysicalbytes=\\d+m"))
        .endsWith("org.edm2search.cli.Main", "cost", "G*", "two words");
    assertThat(arguments.contains("--sun-misc-unsafe-memory-access=allow")).isEqualTo(unsafeFlag);
  }

  @ParameterizedTest
  @CsvSource({
    "Linux x86_64, ''",
    "Linux aarch64, ''",
    "Darwin arm64, ''",
    "Linux riscv64, but this is Linux riscv64",
    "MINGW64_NT-10.0-19045 x86_64, Windows Subsystem for Linux"
  })
  void saysWhichPlatformsThereAreNativesFor(String platform, String refusal) throws Exception {
    Path commands = Files.createDirectories(directory.resolve("commands"));
    Path uname = commands.resolve("uname");
    Files.writeString(uname, "#!/bin/sh\necho '" + platform + "'\n");
    assertThat(uname.toFile().setExecutable(true)).isTrue();
    String path = commands + ":" + System.getenv("PATH");
    Captured started = start(Map.of("JAVA_HOME", java("17.0.15"), "PATH", path), "--help");
    assertThat(started.code()).isEqualTo(refusal.isEmpty() ? 0 : 1);
    assertThat(started.err()).contains(refusal).hasLineCount(refusal.isEmpty() ? 0 : 1);
  }

  @Test
  void leavesTheUsersSettingsAlone() throws Exception {
    Captured started =
        start(
            Map.of(
                "JAVA_HOME", java("17.0.15"),
                "EDM2_SEARCH_JAVA_OPTS", "-Xmx9g -Dx=y",
                "OMP_NUM_THREADS", "3"),
            "serve");
    assertThat(started.out().lines()).contains("-Xmx9g", "-Dx=y", "OMP_NUM_THREADS=3");
  }

  @Test
  void usesAllCoresUnlessToldOtherwise() throws Exception {
    Captured started = start(Map.of("JAVA_HOME", java("17.0.15")), "serve");
    assertThat(started.out())
        .contains("OMP_NUM_THREADS=" + Runtime.getRuntime().availableProcessors());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "100000", "abc", "-1", "2,3", "08"})
  void refusesThreadsThatTheNumericalLibraryAbortsOn(String threads) throws Exception {
    Captured started =
        start(Map.of("JAVA_HOME", java("17.0.15"), "OMP_NUM_THREADS", threads), "--help");
    assertThat(started.code()).isEqualTo(2);
    assertThat(started.out()).isEmpty();
    assertThat(started.err())
        .hasLineCount(1)
        .contains("OMP_NUM_THREADS must be between 1 and 4096, but is '%s'".formatted(threads));
  }

  @Test
  void asciiLocalesBecomeUtf8AndOthersStay() throws Exception {
    String home = java("17.0.15");
    assertThat(start(Map.of("JAVA_HOME", home, "LC_ALL", "C"), "serve").out())
        .contains("LC_ALL=C.UTF-8");
    assertThat(start(Map.of("JAVA_HOME", home, "LC_ALL", "", "LANG", "C.UTF-8"), "serve").out())
        .contains("LC_ALL=\n");
  }

  @Test
  void aMissingDirectoryIsCalledThat() throws Exception {
    Captured started =
        shell(
            Map.of("JAVA_HOME", java("17.0.15")),
            "mkdir \"$1/gone\" && cd \"$1/gone\" && rmdir \"$1/gone\" && exec sh \"$2\" --help",
            directory.toString(),
            script.toString());
    assertThat(started.code()).isEqualTo(1);
    assertThat(started.err())
        .contains("the working directory no longer exists")
        .doesNotContain("version");
  }

  @Test
  void tooFewAddressesAreCalledThat() throws Exception {
    Captured started =
        shell(
            Map.of("JAVA_HOME", java("17.0.15")),
            "ulimit -v 500000 && exec sh \"$2\" --help",
            directory.toString(),
            script.toString());
    assertThat(started.code()).isEqualTo(1);
    assertThat(started.err()).hasLineCount(1).contains("ulimit -v allows 488");
  }

  @Test
  void givesJavaNoMoreThanTheAddressesThereAre() throws Exception {
    Captured started =
        shell(
            Map.of("JAVA_HOME", java("17.0.15")),
            "ulimit -v 4000000 && exec sh \"$2\" --help",
            directory.toString(),
            script.toString());
    assertThat(started.out()).contains("-Xmx464m");
  }

  @Test
  void tellsWhyJavaDoesNotStart() throws Exception {
    Path java = Path.of(java("17.0.15")).resolve("bin/java");
    Files.writeString(
        java,
        """
        #!/bin/sh
        echo 'Error occurred during initialization of VM' >&2
        echo 'Could not reserve enough space for 65536KB object heap' >&2
        exit 1
        """);
    Captured started = start(Map.of("JAVA_HOME", directory.resolve("java-17.0.15").toString()));
    assertThat(started.code()).isEqualTo(1);
    assertThat(started.err())
        .hasLineCount(1)
        .contains("does not start: Could not reserve enough space")
        .doesNotContain("unknown");
  }

  @Test
  void worksThroughALink() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("linked"), script);
    script = link;
    assertThat(start(Map.of("JAVA_HOME", java("17.0.15")), "--help").code()).isZero();
  }

  @Test
  void refusesAnOldJava() throws Exception {
    Captured started = start(Map.of("JAVA_HOME", java("11.0.2")), "--help");
    assertThat(started.code()).isEqualTo(1);
    assertThat(started.errors()).hasSize(1);
    assertThat(started.err()).contains("needs Java 17 or newer", "is version 11");
  }

  @Test
  void refusesAJavaHomeWithoutJava() throws Exception {
    Captured started = start(Map.of("JAVA_HOME", directory.toString()), "--help");
    assertThat(started.code()).isEqualTo(1);
    assertThat(started.errors()).hasSize(1);
    assertThat(started.err()).contains("JAVA_HOME is " + directory);
  }

  @Test
  void saysWhenTheDistributionIsIncomplete() throws Exception {
    Files.delete(directory.resolve("dist with space/lib"));
    Captured started = start(Map.of("JAVA_HOME", java("17.0.15")), "--help");
    assertThat(started.code()).isEqualTo(1);
    assertThat(started.err()).contains("no lib folder");
  }

  @Test
  void whoMayNotBuildIsToldWhoMay() throws Exception {
    Path tree = Files.createDirectories(directory.resolve("tree"));
    Files.createFile(tree.resolve("pom.xml"));
    Files.createDirectories(tree.resolve("cli/target"));
    Files.copy(script, tree.resolve("edm2-search"));
    // Root may write everything, and becomes somebody else.
    Captured started =
        shell(
            Map.of("JAVA_HOME", java("17.0.15")),
            "chmod -R a+rX,a-w \"$1\"; become='setpriv --reuid=65534 --regid=65534 --clear-groups';"
                + " $become true 2>/dev/null || become=;"
                + " $become sh \"$1/tree/edm2-search\" --help; code=$?;"
                + " chmod -R u+w \"$1\"; exit $code",
            directory.toString());
    assertThat(started.code()).isEqualTo(1);
    assertThat(started.errors()).hasSize(1);
    assertThat(started.err()).contains("which you cannot write", "EDM2_SEARCH_NO_BUILD=1");
  }

  /** A Java that knows its version and prints what it is given. */
  private String java(String version) throws IOException {
    Path home = directory.resolve("java-" + version);
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(
        java,
        """
        #!/bin/sh
        if [ "${*#*-version}" != "$*" ]; then
          echo 'openjdk version "%s" 2025-04-15' >&2
          exit
        fi
        echo "OMP_NUM_THREADS=$OMP_NUM_THREADS"
        echo "LC_ALL=${LC_ALL:-}"
        printf '%%s\\n' "$@"
        """
            .formatted(version));
    assertThat(java.toFile().setExecutable(true)).isTrue();
    return home.toString();
  }

  private Captured start(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", script.toString()));
    command.addAll(List.of(arguments));
    return run(environment, command);
  }

  private Captured shell(Map<String, String> environment, String line, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", "-c", line, "sh"));
    command.addAll(List.of(arguments));
    return run(environment, command);
  }

  private Captured run(Map<String, String> environment, List<String> command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeAll(List.of("OMP_NUM_THREADS", "EDM2_SEARCH_JAVA_OPTS"));
    builder.environment().putAll(environment);
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    return Captured.await(
        builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start(), out, err);
  }
}
