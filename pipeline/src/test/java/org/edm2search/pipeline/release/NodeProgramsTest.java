package org.edm2search.pipeline.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * ONNX Runtime as others have it: the programs of a bundle with onnxruntime-node from npm. Where no
 * onnxruntime for Python can be installed, {@code sample.py} gets a stand-in that passes its calls
 * on to that one.
 */
@Tag("slow")
class NodeProgramsTest {

  private static final String PACKAGE = "onnxruntime-node@1.30.0";
  private static final Path INSTALLED = Path.of("target/node").toAbsolutePath();

  @TempDir private static Path directory;

  @BeforeAll
  static void writeBundles() throws Exception {
    assumeTrue(installed(), "needs node, and npm to install " + PACKAGE);
    ExampleBundles.export(directory);
  }

  private static boolean installed() throws Exception {
    Files.createDirectories(INSTALLED);
    if (Files.exists(INSTALLED.resolve("node_modules/onnxruntime-node"))) {
      return true;
    }
    try {
      return new ProcessBuilder(
                  "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", PACKAGE)
              .directory(INSTALLED.toFile())
              .redirectErrorStream(true)
              .redirectOutput(INSTALLED.resolve("install.log").toFile())
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // no npm
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "autoguided", "classifier-free"})
  void sampleMjsDrawsTheSamples(String name) throws Exception {
    Path bundle = directory.resolve(name);
    Path grid = directory.resolve(name + ".node.png");
    List<String> node = List.of("/usr/bin/env", "node", bundle.resolve("sample.mjs").toString());

    String said = Programs.run(INSTALLED, node, "--n", ExampleBundles.count(name), "--out", grid);

    assertThat(said).isEmpty();
    Programs.assertSameImages(grid, bundle.resolve("samples.png"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "autoguided", "classifier-free"})
  void samplePyDrawsTheSamplesByOnnxRuntime(String name) throws Exception {
    Programs.requireTorch();
    Path bundle = directory.resolve(name);
    Path grid = directory.resolve(name + ".python.png");
    // The stand-in is a module of the name; what it starts looks for its package from where it is.
    Path standIn = INSTALLED.resolve("onnxruntime");
    Files.createDirectories(standIn);
    for (String file : List.of("__init__.py", "bridge.js")) {
      Files.write(
          standIn.resolve(file),
          NodeProgramsTest.class.getResourceAsStream("onnxruntime/" + file).readAllBytes());
    }
    List<String> python =
        List.of("/usr/bin/env", "PYTHONPATH=" + INSTALLED, Programs.PYTHON.toString(), "-B");

    String said =
        Programs.run(
            directory,
            python,
            bundle.resolve("sample.py"),
            "--n",
            ExampleBundles.count(name),
            "--out",
            grid);

    assertThat(said).isEmpty();
    Programs.assertSameImages(grid, bundle.resolve("samples.png"));
  }

  @Test
  void wrongUseIsSaidInALine() throws Exception {
    Path program = directory.resolve("plain/sample.mjs");
    Process process =
        new ProcessBuilder("node", program.toString(), "--class", "3")
            .directory(INSTALLED.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(said).isEqualToIgnoringNewLines("the model has no classes");
  }
}
