package org.edm2search.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.edm2search.eval.onnx.ExportedDenoiser;
import org.edm2search.eval.sampling.GuidedDenoiser;
import org.edm2search.eval.sampling.HeunSampler;
import org.edm2search.eval.sampling.PortableNoise;
import org.edm2search.model.Denoiser;
import org.edm2search.model.Network;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.WeightedNetwork;
import org.edm2search.model.onnx.OnnxDenoiser;
import org.edm2search.model.sampling.Churn;
import org.edm2search.model.sampling.SigmaInterval;
import org.edm2search.model.sampling.SigmaSchedule;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.Presets;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How far images lie apart that this project and ONNX Runtime draw from the same noise: rounding
 * grows along the sampler's steps. Networks of all presets, with random weights and gains, which
 * are wilder than trained ones.
 */
public final class ImageAgreement {

  private static final List<String> CONFIGS = List.of("A", "B", "C", "D", "E", "F", "G", "G*");
  private static final int IMAGES = 4;
  private static final int CLASSES = 10;

  private ImageAgreement() {}

  private record Sampler(String name, HeunSampler heun, double guidance) {}

  private static final List<Sampler> SAMPLERS =
      List.of(
          sampler(4, Churn.NONE, 1),
          sampler(12, Churn.NONE, 1),
          sampler(32, Churn.NONE, 1),
          sampler(32, new Churn(40, 0.05, 50, 1.003), 1),
          sampler(32, Churn.NONE, 2),
          sampler(32, Churn.NONE, 5));

  private static Sampler sampler(int steps, Churn churn, double guidance) {
    String name =
        "%d steps%s%s"
            .formatted(
                steps,
                churn.active() ? ", churn " + churn.amount() : "",
                guidance == 1 ? "" : ", guidance " + guidance);
    return new Sampler(
        name, new HeunSampler(new SigmaSchedule(steps, 0.002, 80, 7), churn), guidance);
  }

  /** Arguments: networks of each preset (3). */
  public static void main(String[] arguments) throws IOException {
    int seeds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
    Map<String, List<Double>> differences = new TreeMap<>();
    for (String config : CONFIGS) {
      for (int seed = 0; seed < seeds; seed++) {
        compare(config, seed, differences);
      }
    }
    System.out.println("| sampler | networks | median | largest |");
    System.out.println("| --- | --- | --- | --- |");
    for (Sampler sampler : SAMPLERS) {
      List<Double> sorted =
          Objects.requireNonNull(differences.get(sampler.name())).stream().sorted().toList();
      System.out.printf(
          Locale.ROOT,
          "| %s | %d | %.1e | %.1e |%n",
          sampler.name(),
          sorted.size(),
          sorted.get(sorted.size() / 2),
          sorted.get(sorted.size() - 1));
    }
  }

  private static void compare(String config, int seed, Map<String, List<Double>> differences)
      throws IOException {
    ArchitectureSpec spec =
        ArchitectureSpec.builder()
            .imgResolution(16)
            .imgChannels(3)
            .labelDim(CLASSES)
            .modelChannels(16)
            .channelMult(List.of(1, 2))
            .numBlocks(1)
            .attnResolutions(List.of(8))
            .channelsPerHead(16)
            .branches(BranchAssignment.uniform(Presets.branch(config)))
            .build();
    Path folder = Files.createTempDirectory("onnx");
    Path file = folder.resolve("model.onnx");
    try (Network ours = Network.initialize(spec, seed)) {
      Random random = new Random(seed);
      ours.tensors()
          .forEach(
              (name, tensor) -> {
                if (name.endsWith("gain")) {
                  tensor.assign(0.5 + random.nextDouble());
                }
              });
      ours.parametersChanged();
      OnnxDenoiser.of(new WeightedNetwork(spec, Tensor.copyOf(ours.tensors()))).write(file);
      try (ExportedDenoiser theirs = ExportedDenoiser.load(file, spec)) {
        for (Sampler sampler : SAMPLERS) {
          float[] a = draw(sampler, ours, spec);
          float[] b = draw(sampler, theirs, spec);
          double most = 0;
          for (int i = 0; i < a.length; i++) {
            most = Math.max(most, Math.abs((double) a[i] - b[i]));
          }
          differences.computeIfAbsent(sampler.name(), key -> new ArrayList<>()).add(most);
        }
      }
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  private static float[] draw(Sampler sampler, Denoiser network, ArchitectureSpec spec) {
    Denoiser denoiser =
        sampler.guidance() == 1
            ? network
            : GuidedDenoiser.classifierFree(network, sampler.guidance(), SigmaInterval.ALL);
    List<RandomGenerator> noise = new ArrayList<>();
    int size = spec.imgChannels() * spec.imgResolution() * spec.imgResolution();
    float[] latents = new float[IMAGES * size];
    float[] labels = new float[IMAGES * CLASSES];
    for (int i = 0; i < IMAGES; i++) {
      RandomGenerator own = new PortableNoise(i);
      for (int k = 0; k < size; k++) {
        latents[i * size + k] = (float) own.nextGaussian();
      }
      labels[i * CLASSES + i] = 1;
      noise.add(own);
    }
    INDArray start =
        Nd4j.createFromArray(latents)
            .reshape(IMAGES, spec.imgChannels(), spec.imgResolution(), spec.imgResolution());
    return sampler
        .heun()
        .sample(denoiser, start, Nd4j.createFromArray(labels).reshape(IMAGES, CLASSES), noise);
  }
}
