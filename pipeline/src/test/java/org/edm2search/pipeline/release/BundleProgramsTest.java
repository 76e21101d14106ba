package org.edm2search.pipeline.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.edm2search.model.Network;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.WeightedNetwork;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The programs of a bundle, run where nothing of this project is. */
@Tag("slow")
class BundleProgramsTest {

  @TempDir private static Path directory;

  @BeforeAll
  static void writeBundles() {
    ExampleBundles.export(directory);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "autoguided", "classifier-free"})
  void theJarDrawsTheSamplesAlone(String name, @TempDir Path empty) throws Exception {
    Path jar = Files.copy(directory.resolve(name + "/sampler.jar"), empty.resolve("sampler.jar"));
    int count = ExampleBundles.count(name);
    List<String> java = List.of(Path.of(System.getProperty("java.home"), "bin/java").toString());
    String said =
        Programs.run(empty, java, "-jar", "sampler.jar", "--n", count, "--out", "grid.png");

    assertThat(said).isEmpty();
    Programs.assertSameImages(empty.resolve("grid.png"), directory.resolve(name + "/samples.png"));
    long model = Files.size(directory.resolve(name + "/model.onnx"));
    assertThat(Files.size(jar) - model).isLessThan(120L << 20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "autoguided", "classifier-free"})
  void samplePyDrawsTheSamplesInPyTorch(String name) throws Exception {
    Programs.requireTorch();
    Path bundle = directory.resolve(name);
    Path grid = directory.resolve(name + ".png");
    String said =
        Programs.python(
            bundle.resolve("sample.py"),
            "--n",
            ExampleBundles.count(name),
            "--backend",
            "torch",
            "--out",
            grid);

    assertThat(said).isEmpty();
    Programs.assertSameImages(grid, bundle.resolve("samples.png"));
  }

  @Test
  void samplePySaysWhatIsNotInstalled(@TempDir Path empty) throws Exception {
    Programs.requireTorch();
    Files.copy(directory.resolve("plain/sample.py"), empty.resolve("sample.py"));
    Files.copy(directory.resolve("plain/sampler.json"), empty.resolve("sampler.json"));
    // As if it were not there, where it is.
    Files.writeString(
        empty.resolve("onnxruntime.py"), "raise ModuleNotFoundError(name='onnxruntime')");
    Process python =
        new ProcessBuilder(Programs.PYTHON.toString(), "-B", empty.resolve("sample.py").toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(python.waitFor()).isEqualTo(2);
    assertThat(said)
        .contains("needs onnxruntime: pip install onnxruntime, or try --backend torch")
        .doesNotContain("Traceback");
  }

  @Test
  void denoiseJavaDrawsWithNd4jAlone() throws Exception {
    Path bundle = directory.resolve("classifier-free");
    String foreignJars =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> entry.endsWith(".jar") && !entry.contains("edm2search"))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> java = List.of(Path.of(System.getProperty("java.home"), "bin/java").toString());
    Programs.run(bundle, java, "-cp", foreignJars, "Denoise.java");

    INDArray image = Nd4j.createFromNpyFile(bundle.resolve("image.npy").toFile());
    Files.delete(bundle.resolve("image.npy"));
    assertThat(image.distance2(eulers(ExampleBundles.network("F")))).isLessThan(1e-4);
    assertThat(image.stdNumber().doubleValue()).isBetween(0.01, 2.0);
  }

  /** What Denoise.java computes. */
  private static INDArray eulers(WeightedNetwork weights) {
    ArchitectureSpec spec = weights.architecture();
    int size = spec.imgResolution();
    try (Network network = Network.of(spec, Tensor.toArrays(weights.tensors()))) {
      Nd4j.getRandom().setSeed(1);
      INDArray image = Nd4j.randn(1, spec.imgChannels(), size, size).muli(80);
      for (float sigma = 80; sigma > 0.02f; sigma /= 2) {
        INDArray denoised =
            network.denoise(image, Nd4j.createFromArray(sigma), Nd4j.zeros(1, spec.labelDim()));
        image = denoised.add(image.sub(denoised).mul(0.5));
      }
      return image;
    }
  }

  @Test
  void modelingPyGivesTheReferencesOutputs() throws Exception {
    Programs.requireTorch();
    Path script = directory.resolve("compare.py");
    Files.writeString(
        script,
        """
        import sys
        sys.path.insert(0, sys.argv[1])
        import torch
        from modeling import load, read_safetensors
        for model, reference in zip(sys.argv[2::2], sys.argv[3::2]):
            values, _ = read_safetensors(reference)
            sigma = values["input/sigma"]
            x = values["input/images"] + values["input/noise"] * sigma.reshape(-1, 1, 1, 1)
            with torch.no_grad():
                denoised = load(model)(x, sigma, values.get("input/labels"))
            print((denoised - values["output/denoised"]).abs().max().item())
        """);
    List<Object> arguments = new ArrayList<>(List.of(directory.resolve("plain")));
    List<Path> references;
    try (Stream<Path> files = Files.list(ExampleBundles.NETWORKS)) {
      references = files.filter(file -> file.toString().endsWith(".safetensors")).toList();
    }
    for (Path reference : references) {
      String config = reference.getFileName().toString();
      Path model = directory.resolve(config);
      ExampleBundles.network(config.substring(0, config.indexOf('.'))).write(model);
      arguments.addAll(List.of(model, reference.toAbsolutePath()));
    }

    List<String> differences = Programs.python(script, arguments.toArray()).lines().toList();

    assertThat(references).hasSizeGreaterThanOrEqualTo(12);
    assertThat(differences).hasSameSizeAs(references);
    assertThat(differences)
        .allSatisfy(text -> assertThat(Double.parseDouble(text)).isLessThan(1e-4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sample.py", "modeling.py", "sample.mjs"})
  void theProgramsAreShort(String name) throws IOException {
    assertThat(Files.readAllLines(directory.resolve("plain").resolve(name))).hasSizeLessThan(250);
  }
}
