package org.edm2search.pipeline.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * ONNX Runtime as others have it: the programs of a bundle with onnxruntime for Python and
 * onnxruntime-node, which are installed below {@code target} where their registries are reached.
 */
@Tag("slow")
class OnnxRuntimeProgramsTest {

  private static final String NODE_PACKAGE = "onnxruntime-node@1.30.0";
  private static final Path NODE = Path.of("target/node").toAbsolutePath();
  private static final List<String> PYTHON_PACKAGES = List.of("onnxruntime==1.30.0", "numpy");
  private static final Path PYTHON = Path.of("target/python").toAbsolutePath();

  @TempDir private static Path directory;

  @BeforeAll
  static void writeBundles() {
    ExampleBundles.export(directory);
  }

  private static void requireNode() throws Exception {
    Files.createDirectories(NODE);
    assumeTrue(
        Files.exists(NODE.resolve("node_modules/onnxruntime-node"))
            || succeeds(
                NODE,
                "npm",
                "install",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                NODE_PACKAGE),
        "needs node, and npm to install " + NODE_PACKAGE);
  }

  private static void requirePython() throws Exception {
    Files.createDirectories(PYTHON);
    String pip = PYTHON.resolve("bin/pip").toString();
    // Its other dependencies are for its tools.
    List<String> install =
        new ArrayList<>(List.of(pip, "install", "--quiet", "--no-deps", "--retries", "1"));
    install.addAll(PYTHON_PACKAGES);
    assumeTrue(
        succeeds(PYTHON, PYTHON.resolve("bin/python").toString(), "-c", "import onnxruntime, numpy")
            || succeeds(PYTHON, "python3", "-m", "venv", PYTHON.toString())
                && succeeds(PYTHON, install.toArray(String[]::new)),
        "needs python3, its venv, and pip to install " + PYTHON_PACKAGES);
  }

  private static boolean succeeds(Path in, String... command) throws Exception {
    try {
      return new ProcessBuilder(command)
              .directory(in.toFile())
              .redirectErrorStream(true)
              .redirectOutput(in.resolve("install.log").toFile())
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // no such program
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "autoguided", "classifier-free"})
  void sampleMjsDrawsTheSamples(String name) throws Exception {
    requireNode();
    Path bundle = directory.resolve(name);
    Path grid = directory.resolve(name + ".node.png");
    List<String> node = List.of("/usr/bin/env", "node", bundle.resolve("sample.mjs").toString());

    String said = Programs.run(NODE, node, "--n", ExampleBundles.count(name), "--out", grid);

    assertThat(said).isEmpty();
    Programs.assertSameImages(grid, bundle.resolve("samples.png"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "autoguided", "classifier-free"})
  void samplePyDrawsTheSamples(String name) throws Exception {
    requirePython();
    Path bundle = directory.resolve(name);
    Path grid = directory.resolve(name + ".python.png");
    List<String> python = List.of(PYTHON.resolve("bin/python").toString(), "-B");

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
    requireNode();
    Path program = directory.resolve("plain/sample.mjs");
    Process process =
        new ProcessBuilder("node", program.toString(), "--class", "3")
            .directory(NODE.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(said).isEqualToIgnoringNewLines("the model has no classes");
  }
}
