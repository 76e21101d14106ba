package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program, started by its launcher where something around it is not as it should be. */
class HostileSurroundingsTest {

  @TempDir private Path directory;
  private Launcher launcher;

  @BeforeEach
  void unpack() throws Exception {
    launcher = Launcher.in(directory);
  }

  @Test
  void aResultThatCannotBeWrittenIsNoSuccess() throws Exception {
    Captured full = launcher.shell(Map.of(), "\"$PROGRAM\" cost 'G*' > /dev/full");
    assertThat(full.code()).isEqualTo(1);
    assertThat(full.err())
        .hasLineCount(1)
        .contains("standard output cannot be written: No space left on device");
  }

  @Test
  void aReaderThatLeavesIsNoError() throws Exception {
    Captured left =
        launcher.shell(Map.of(), "{ \"$PROGRAM\" completion; echo $? >&2; } | sed 1q >/dev/null");
    assertThat(left.err().strip()).isIn("0", "141");
  }

  @Test
  void anAsciiLocaleTakesAllNamesOfFiles() throws Exception {
    Path file = directory.resolve("Größe-模型.yaml");
    Files.copy(Path.of("..", "examples", "architectures", "g-star-16.yaml"), file);
    Captured cost = launcher.shell(Map.of("LC_ALL", "C"), "exec \"$PROGRAM\" cost \"$1\"", file);
    assertThat(cost.err()).isEmpty();
    assertThat(cost.code()).isZero();
  }

  @Test
  void theNumericalLibraryWithoutMemoryAsksForMemory() throws Exception {
    Captured starved =
        launcher.shell(
            Map.of("EDM2_SEARCH_JAVA_OPTS", "-Xmx256m"),
            "ulimit -v 3150000 && exec \"$PROGRAM\" fid fashion-mnist:4 fashion-mnist:4");
    assertThat(starved.code()).isEqualTo(1);
    assertThat(starved.err()).hasLineCount(1).doesNotContain("reinstall").contains("ulimit -v");
  }

  @Test
  void pipesAreRefusedAndNotWaitedFor() throws Exception {
    Captured named =
        launcher.shell(Map.of(), "mkfifo pipe.yaml && exec \"$PROGRAM\" validate pipe.yaml");
    Captured piped =
        launcher.shell(Map.of(), "echo campaign: x | \"$PROGRAM\" validate /dev/stdin");
    for (Captured refused : List.of(named, piped)) {
      assertThat(refused.code()).isEqualTo(2);
      assertThat(refused.err()).hasLineCount(1).contains("is a pipe or a device");
    }
  }

  @Test
  void aMissingTemporaryDirectoryIsNamed() throws Exception {
    Captured lost =
        launcher.shell(
            Map.of("EDM2_SEARCH_JAVA_OPTS", "-Xmx1g -Djava.io.tmpdir=" + directory.resolve("none")),
            "exec \"$PROGRAM\" fid fashion-mnist:4 fashion-mnist:4");
    assertThat(lost.err()).doesNotContain("unexpected");
    assertThat(lost.err().lines().count()).isLessThanOrEqualTo(1);
  }

  @Test
  void helpIsACommandAndShellsComplete() throws Exception {
    assertThat(launcher.run("help", "dataset", "convert").out())
        .startsWith("Usage: edm2-search dataset convert");
    Captured completed =
        launcher.shell(
            Map.of(),
            """
            "$PROGRAM" completion > completion.bash
            exec bash -c '. ./completion.bash
            COMP_WORDS=(edm2-search dataset con) COMP_CWORD=2
            _complete_edm2-search
            echo "${COMPREPLY[@]}"'
            """);
    assertThat(completed.out().strip()).isEqualTo("convert");
    assertThat(completed.err()).isEmpty();
  }
}
