package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

  /** A Java that knows its version and prints what it is given. */
  private String java(String version) throws IOException {
    Path home = directory.resolve("java-" + version);
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(
        java,
        """
        #!/bin/sh
        if [ "$1" = -version ]; then
          echo 'openjdk version "%s" 2025-04-15' >&2
          exit
        fi
        echo "OMP_NUM_THREADS=$OMP_NUM_THREADS"
        printf '%%s\\n' "$@"
        """
            .formatted(version));
    assertThat(java.toFile().setExecutable(true)).isTrue();
    return home.toString();
  }

  private Captured start(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", script.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeAll(List.of("OMP_NUM_THREADS", "EDM2_SEARCH_JAVA_OPTS"));
    builder.environment().putAll(environment);
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    int code = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start().waitFor();
    return new Captured(
        code,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
