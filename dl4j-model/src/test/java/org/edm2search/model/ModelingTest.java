package org.edm2search.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.edm2search.model.checkpoint.ReferenceFile;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.TensorFile;
import org.edm2search.model.checkpoint.WeightedNetwork;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file {@code modeling.py} of bundles in PyTorch: any architecture of the grammar. */
@Tag("slow")
class ModelingTest {

  private static final String PYTHON = "/usr/bin/python3";
  private static final Path MODELING =
      Path.of("../pipeline/src/main/resources/org/edm2search/pipeline/release");
  private static final int NETWORKS = 24;

  @TempDir private Path directory;

  @BeforeAll
  static void requireTorch() throws Exception {
    boolean there =
        Files.isExecutable(Path.of(PYTHON))
            && new ProcessBuilder(PYTHON, "-c", "import numpy, torch").start().waitFor() == 0;
    assumeTrue(there, "needs PyTorch and NumPy for " + PYTHON);
  }

  @Test
  void anyArchitectureGivesWhatItGivesHere() throws Exception {
    Random random = new Random(12);
    for (int i = 0; i < NETWORKS; i++) {
      WeightedNetwork network =
          RandomArchitectures.network(RandomArchitectures.draw(random), random);
      ArchitectureSpec spec = network.architecture();
      int batch = 1 + i % 3;
      Map<String, Tensor> vectors = new TreeMap<>();
      float[] noisy = new float[batch * spec.imgChannels() * 64];
      for (int k = 0; k < noisy.length; k++) {
        noisy[k] = (float) random.nextGaussian();
      }
      float[] levels = new float[batch];
      for (int k = 0; k < batch; k++) {
        levels[k] = (float) Math.exp(random.nextGaussian() * 2);
      }
      vectors.put("x", new Tensor(List.of(batch, spec.imgChannels(), 8, 8), noisy));
      vectors.put("sigma", Tensor.vector(levels));
      if (spec.labelDim() > 0) {
        float[] oneHot = new float[batch * spec.labelDim()];
        oneHot[random.nextInt(spec.labelDim())] = 1; // the others are told no class
        vectors.put("labels", new Tensor(List.of(batch, spec.labelDim()), oneHot));
      }
      try (Network here = Network.of(spec, Tensor.toArrays(network.tensors()))) {
        Tensor labels = vectors.get("labels");
        vectors.put(
            "denoised",
            Tensor.copyOf(
                here.denoise(
                    vectors.get("x").toArray(),
                    vectors.get("sigma").toArray(),
                    labels == null ? null : labels.toArray())));
      }
      network.write(directory.resolve("model%02d.safetensors".formatted(i)));
      Safetensors.write(
          directory.resolve("vectors%02d.safetensors".formatted(i)),
          new TensorFile(Map.of(), vectors));
    }

    List<String> differences =
        python(
            """
            import glob, sys
            sys.path.insert(0, sys.argv[1])
            import torch
            from modeling import load, read_safetensors
            for path in sorted(glob.glob("model*.safetensors")):
                v, _ = read_safetensors(path.replace("model", "vectors"))
                with torch.no_grad():
                    denoised = load(path)(v["x"], v["sigma"], v.get("labels"))
                print((denoised - v["denoised"]).abs().max().item())
            """);

    assertThat(differences).hasSize(NETWORKS);
    assertThat(differences)
        .allSatisfy(text -> assertThat(Double.parseDouble(text)).isLessThan(1e-4));
  }

  /** What PyTorch loads and saves as a state dict comes back as the same bytes. */
  @Test
  void goldenNetworksComeBackFromPyTorchByteForByte() throws Exception {
    List<String> names = GoldenNetworks.names().toList();
    Map<String, WeightedNetwork> networks = new TreeMap<>();
    for (String name : names) {
      ReferenceFile reference =
          ReferenceFile.read(
              Path.of("src/test/resources/golden/networks/" + name + ".safetensors"));
      networks.put(name, new WeightedNetwork(reference.architecture(), reference.weights()));
      networks.get(name).write(directory.resolve(name + ".safetensors"));
    }

    List<String> tensors =
        python(
            """
            import glob, sys
            sys.path.insert(0, sys.argv[1])
            import torch
            from modeling import load
            for path in glob.glob("*.safetensors"):
                state = load(path).state_dict()
                torch.save(state, path.replace(".safetensors", ".pt"))
                print(len(state))
            """);

    assertThat(tensors).hasSize(12);
    networks.forEach(
        (name, network) -> {
          WeightedNetwork back =
              WeightedNetwork.read(
                  directory.resolve(name + ".pt"), Optional.of(network.architecture()));
          Path again = directory.resolve(name + " again.safetensors");
          back.write(again);
          assertThat(again).hasSameBinaryContentAs(directory.resolve(name + ".safetensors"));
        });
  }

  private List<String> python(String script) throws Exception {
    Path file = Files.writeString(directory.resolve("script.py"), script);
    List<String> command = new ArrayList<>(List.of(PYTHON, "-B", file.toString()));
    command.add(MODELING.toAbsolutePath().toString());
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return out.lines().toList();
  }
}
