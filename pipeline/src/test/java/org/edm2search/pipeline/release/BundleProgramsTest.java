package org.edm2search.pipeline.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.model.Network;
import org.edm2search.model.checkpoint.ReferenceFile;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.WeightedNetwork;
import org.edm2search.model.sampling.Churn;
import org.edm2search.model.sampling.Guidance;
import org.edm2search.model.sampling.Guidance.Guide;
import org.edm2search.model.sampling.Sampling;
import org.edm2search.model.sampling.SigmaInterval;
import org.edm2search.model.sampling.SigmaSchedule;
import org.edm2search.pipeline.trial.TrainedModel;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The programs of a bundle, run where nothing of this project is. */
class BundleProgramsTest {

  private static final Path NETWORKS = Path.of("../dl4j-model/src/test/resources/golden/networks");
  private static final Path PYTHON = Path.of("/usr/bin/python3");
  private static final int ROWS = 6;

  @TempDir private static Path directory;

  @BeforeAll
  static void writeBundles() {
    SigmaSchedule schedule = new SigmaSchedule(4, 0.01, 20, 7);
    export("plain", "Gstar-gray-uncond", new Sampling(schedule, Churn.NONE, new Guidance.None()));
    SigmaInterval interval = new SigmaInterval(0.05, 30);
    Churn churn = new Churn(1, 0.1, 10, 1.01);
    export(
        "autoguided",
        "Gstar",
        new Sampling(
            schedule, churn, new Guidance.Autoguidance(1.5, interval, new Guide.Exported())));
    export(
        "classifier-free",
        "F",
        new Sampling(
            schedule, Churn.NONE, new Guidance.ClassifierFree(2, new SigmaInterval(0.05, 1))));
  }

  private static void export(String name, String config, Sampling sampling) {
    boolean autoguided = sampling.guidance() instanceof Guidance.Autoguidance;
    ModelExport export =
        new ModelExport(
            name,
            "noise",
            List.of(),
            new TrainedModel.Fixed(
                network(config), autoguided ? Optional.of(network("E")) : Optional.empty(), 0.1),
            EvaluationProtocol.drawing(sampling, 0),
            Map.of("parameters", 1),
            Map.of());
    export.write(directory.resolve(name), PortableFiles.writers());
  }

  private static WeightedNetwork network(String config) {
    ReferenceFile reference = ReferenceFile.read(NETWORKS.resolve(config + ".safetensors"));
    return new WeightedNetwork(reference.architecture(), reference.weights());
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "autoguided", "classifier-free"})
  void theJarDrawsTheSamplesAlone(String name, @TempDir Path empty) throws Exception {
    Path jar = Files.copy(directory.resolve(name + "/sampler.jar"), empty.resolve("sampler.jar"));
    int count = count(name);
    List<String> java = List.of(Path.of(System.getProperty("java.home"), "bin/java").toString());
    String said = run(empty, java, "-jar", "sampler.jar", "--n", count, "--out", "grid.png");

    assertThat(said).isEmpty();
    assertSameImages(empty.resolve("grid.png"), directory.resolve(name + "/samples.png"));
    long model = Files.size(directory.resolve(name + "/model.onnx"));
    assertThat(Files.size(jar) - model).isLessThan(120L << 20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "autoguided", "classifier-free"})
  void samplePyDrawsTheSamplesInPyTorch(String name) throws Exception {
    requireTorch();
    Path bundle = directory.resolve(name);
    Path grid = directory.resolve(name + ".png");
    String said =
        python(
            bundle.resolve("sample.py"), "--n", count(name), "--backend", "torch", "--out", grid);

    assertThat(said).isEmpty();
    assertSameImages(grid, bundle.resolve("samples.png"));
  }

  @Test
  void denoiseJavaDrawsWithNd4jAlone() throws Exception {
    Path bundle = directory.resolve("classifier-free");
    String foreignJars =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> entry.endsWith(".jar") && !entry.contains("edm2search"))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> java = List.of(Path.of(System.getProperty("java.home"), "bin/java").toString());
    run(bundle, java, "-cp", foreignJars, "Denoise.java");

    INDArray image = Nd4j.createFromNpyFile(bundle.resolve("image.npy").toFile());
    Files.delete(bundle.resolve("image.npy"));
    assertThat(image.distance2(eulers(network("F")))).isLessThan(1e-4);
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
    requireTorch();
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
    try (Stream<Path> files = Files.list(NETWORKS)) {
      references = files.filter(file -> file.toString().endsWith(".safetensors")).toList();
    }
    for (Path reference : references) {
      String config = reference.getFileName().toString();
      Path model = directory.resolve(config);
      network(config.substring(0, config.indexOf('.'))).write(model);
      arguments.addAll(List.of(model, reference.toAbsolutePath()));
    }

    List<String> differences = python(script, arguments.toArray()).lines().toList();

    assertThat(references).hasSizeGreaterThanOrEqualTo(12);
    assertThat(differences).hasSameSizeAs(references);
    assertThat(differences)
        .allSatisfy(text -> assertThat(Double.parseDouble(text)).isLessThan(1e-4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sample.py", "modeling.py"})
  void theProgramsAreShort(String name) throws IOException {
    assertThat(Files.readAllLines(directory.resolve("plain").resolve(name))).hasSizeLessThan(250);
  }

  private static int count(String name) {
    return ROWS * (name.equals("plain") ? 10 : network("F").architecture().labelDim());
  }

  private static void requireTorch() throws Exception {
    boolean there =
        Files.isExecutable(PYTHON)
            && new ProcessBuilder(PYTHON.toString(), "-c", "import numpy, torch")
                    .redirectErrorStream(true)
                    .start()
                    .waitFor()
                == 0;
    assumeTrue(there, "needs PyTorch and NumPy for " + PYTHON);
  }

  private static String python(Path script, Object... arguments) throws Exception {
    return run(script.getParent(), List.of(PYTHON.toString(), "-B", script.toString()), arguments);
  }

  /** Returns what a program prints that ends well, run without any environment. */
  private static String run(Path in, List<String> program, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>(program);
    for (Object argument : arguments) {
      command.add(String.valueOf(argument));
    }
    ProcessBuilder builder = new ProcessBuilder(command).directory(in.toFile());
    builder.environment().clear();
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  /** Pixels may be one step apart: rounding differs. */
  private static void assertSameImages(Path actual, Path expected) throws IOException {
    BufferedImage one = ImageIO.read(actual.toFile());
    BufferedImage other = ImageIO.read(expected.toFile());
    assertThat(one.getWidth()).isEqualTo(other.getWidth());
    assertThat(one.getHeight()).isEqualTo(other.getHeight());
    int[] mine = one.getRGB(0, 0, one.getWidth(), one.getHeight(), null, 0, one.getWidth());
    int[] theirs = other.getRGB(0, 0, one.getWidth(), one.getHeight(), null, 0, one.getWidth());
    int different = 0;
    for (int i = 0; i < mine.length; i++) {
      for (int shift = 0; shift < 24; shift += 8) {
        int apart = Math.abs((mine[i] >> shift & 0xff) - (theirs[i] >> shift & 0xff));
        assertThat(apart).isLessThanOrEqualTo(1);
        different += apart;
      }
    }
    assertThat(different).isLessThan(mine.length / 100);
  }
}
