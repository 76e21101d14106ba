package org.edm2search.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.Pointer;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.yaml.ArchitectureYaml;
import org.edm2search.space.yaml.Section;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Training does not eat memory: no operation that a step calls keeps any. */
@Tag("slow")
@Tag("gpu")
class TrainingMemoryTest {

  private static final ArchitectureSpec SPEC =
      ArchitectureYaml.read(
          Section.parse(
              """
          img_resolution: 8
          img_channels: 1
          label_dim: 3
          model_channels: 32
          channel_mult: [1, 1]
          num_blocks: 1
          attn_resolutions: [4]
          channels_per_head: 16
          branch: separable
          depthwise: in,out
          kernel: 5
          expansion: 2
          embedding: narrow
          linear_bottleneck: true
          """,
              "test.yaml"));

  private static final int WARM_UP = 200;
  private static final int STEPS = 600;
  private static final long MOST_BYTES = 24L << 20;

  @Test
  @EnabledOnOs(OS.LINUX)
  void residentMemoryStays() throws IOException {
    try (Network network = Network.initialize(SPEC, 1)) {
      TrainingStep step = network.trainingStep(1);
      INDArray images = Nd4j.ones(1, 1, 8, 8);
      INDArray sigma = Nd4j.createFromArray(0.5f);
      INDArray labels = Nd4j.ones(1, 3);
      run(step, WARM_UP, images, sigma, labels);
      long before = residentBytes();
      run(step, STEPS, images, sigma, labels);
      long grown = residentBytes() - before;
      assertThat(grown).isLessThan(MOST_BYTES);
    }
  }

  @Test
  void stepsAllocateNothing() {
    try (Network network = Network.initialize(SPEC, 1)) {
      TrainingStep step = network.trainingStep(2);
      INDArray images = Nd4j.ones(2, 1, 8, 8);
      INDArray sigma = Nd4j.createFromArray(0.5f, 2f);
      INDArray labels = Nd4j.ones(2, 3);
      run(step, 3, images, sigma, labels);
      long bytes = Pointer.totalBytes();
      long count = Pointer.totalCount();
      run(step, 20, images, sigma, labels);
      assertThat(Pointer.totalCount()).isEqualTo(count);
      assertThat(Pointer.totalBytes()).isEqualTo(bytes);
    }
  }

  private static void run(
      TrainingStep step, int times, INDArray images, INDArray sigma, INDArray labels) {
    for (int i = 0; i < times; i++) {
      step.run(images, images, sigma, labels);
    }
  }

  private static long residentBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }
}
