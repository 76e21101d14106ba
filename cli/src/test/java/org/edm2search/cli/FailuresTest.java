package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.edm2search.cli.output.Console;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailuresTest {

  @ParameterizedTest
  @CsvSource({
    "'/cache/libjnind4jcpu.so: libgomp.so.1: cannot open shared object file: No such file', apt install libgomp1",
    "'/cache/libonnxruntime.so: libstdc++.so.6: cannot open shared object file', install that library",
    "'/cache/libnd4jcpu.so: failed to map segment from shared object', ulimit -v",
    "no jnind4jcpu in java.library.path, reinstall or rebuild"
  })
  void aNativeLibraryThatCannotBeLoadedSaysWhatIsMissing(String linker, String remedy) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    Console console = new Console(stream, stream, false, false, 100, "edm2-search");

    int code =
        new Failures(console, new RootCommand(console))
            .handleError(new UnsatisfiedLinkError(linker));

    assertThat(code).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .hasLineCount(1)
        .startsWith("edm2-search: " + linker)
        .contains(remedy);
  }
}
