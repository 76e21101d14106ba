package org.edm2search.eval.inception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.fid.InvalidFeaturesException;
import org.edm2search.model.checkpoint.InvalidTensorFileException;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.TensorFile;
import org.edm2search.space.yaml.Section;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights are taken in the exact layout only, and canonical by their hash only. */
class InceptionWeightsTest {

  private static Map<String, Tensor> tensors;

  @TempDir private Path directory;

  @BeforeAll
  static void makeUp() {
    tensors = HashedWeights.tensors();
  }

  /** 23,850,960 parameters, as PyTorch counts them with 1008 classes and no auxiliary head. */
  @Test
  void theLayoutIsThatOfTheFile() {
    Map<String, List<Integer>> shapes = InceptionLayout.shapes();
    assertThat(shapes).hasSize(94 * 5 + 2);
    assertThat(shapes)
        .containsEntry("Mixed_6c.branch7x7dbl_2.conv.weight", List.of(160, 160, 7, 1));
    assertThat(shapes).containsEntry("Mixed_7c.branch_pool.conv.weight", List.of(192, 2048, 1, 1));
    long parameters =
        shapes.entrySet().stream()
            .filter(entry -> !entry.getKey().contains("running"))
            .mapToLong(entry -> entry.getValue().stream().reduce(1, (a, b) -> a * b))
            .sum();
    assertThat(parameters).isEqualTo(23_850_960);
  }

  private Path file(Map<String, Tensor> content) {
    Path file = directory.resolve("weights.safetensors");
    Safetensors.write(file, new TensorFile(Map.of(), content));
    return file;
  }

  @Test
  void otherLayoutsAreRefused() {
    Map<String, Tensor> other = new TreeMap<>(tensors);
    other.put("Mixed_5b.branch1x1.bn.num_batches_tracked", Tensor.ofLongs(List.of(), 0));
    assertThat(InceptionWeights.read(file(other), bytes -> {}).tensors()).hasSize(473);

    other.put("AuxLogits.conv0.conv.weight", Tensor.vector(1));
    refuses(other, "'AuxLogits.conv0.conv.weight', which the network");
    other.remove("AuxLogits.conv0.conv.weight");
    Tensor bias = other.put("fc.bias", Tensor.vector(new float[1000]));
    refuses(other, "'fc.bias' must have float32 of shape [1008], but has F32 of shape [1000]");
    other.put("fc.bias", bias);
    other.remove("Conv2d_1a_3x3.conv.weight");
    refuses(other, "has no tensor 'Conv2d_1a_3x3.conv.weight'");
  }

  private void refuses(Map<String, Tensor> content, String rule) {
    Path file = file(content);
    assertThatThrownBy(() -> InceptionWeights.read(file, bytes -> {}))
        .isInstanceOf(InvalidTensorFileException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(rule);
  }

  @Test
  void onlyTheHashOfTheFileMakesAnFid() {
    InceptionWeights canonical = new InceptionWeights(tensors, InceptionWeights.PYTORCH_SHA256);
    InceptionWeights same = new InceptionWeights(tensors, "b7a528bf" + "0".repeat(56));
    InceptionWeights other = new InceptionWeights(tensors, "6726825d" + "0".repeat(56));
    assertThat(canonical.extractorId()).isEqualTo("inception-2015-12-05 6726825d");
    assertThat(same.extractorId()).isEqualTo(canonical.extractorId());
    assertThat(InceptionWeights.distanceName(canonical.extractorId())).isEqualTo("FID");
    EvaluationProtocol protocol =
        EvaluationProtocol.read(Section.parse("{samples: 50000, objective: fd}", "x.yaml"));
    assertThat(protocol.label(canonical.extractorId()))
        .isEqualTo("FID@50000 (inception-2015-12-05 6726825d)");
    assertThat(protocol.label(other.extractorId())).startsWith("FD@50000 (unverified");
    assertThat(other.canonical()).isFalse();
    assertThat(other.extractorId()).isEqualTo("unverified inception 6726825d0000");
    for (String id : List.of(other.extractorId(), "builtin 1a2b", "onnx 6726825d 299 bicubic")) {
      assertThat(InceptionWeights.distanceName(id)).isEqualTo("FD");
    }
  }

  @Test
  void installedWeightsRememberTheirSourceAndDamageIsFound() throws IOException {
    WeightsStore store = new WeightsStore(directory.resolve("c/edm2-search"));
    assertThat(store.installed()).isFalse();
    InceptionWeights weights = InceptionWeights.read(file(tensors), bytes -> {});
    String sha256 = store.install(weights, bytes -> {});
    assertThat(store.file()).hasParent(directory.resolve("c/edm2-search"));
    assertThat(store.file().resolveSibling(store.file().getFileName() + ".sha256"))
        .hasContent(sha256 + "  inception-2015-12-05.safetensors");

    InceptionWeights read = store.read(bytes -> {});
    assertThat(read.sha256()).isEqualTo(weights.sha256());
    assertThat(read.canonical()).isFalse();
    assertThat(read.tensors().get("fc.weight").values())
        .isEqualTo(tensors.get("fc.weight").values());
    // Elsewhere what the file tells of itself is not believed.
    Path copy = Files.copy(store.file(), directory.resolve("copy.safetensors"));
    assertThat(InceptionWeights.read(copy, bytes -> {}).sha256()).isEqualTo(sha256);

    try (RandomAccessFile damaged = new RandomAccessFile(store.file().toFile(), "rw")) {
      damaged.seek(damaged.length() - 1);
      damaged.write(damaged.read() ^ 1);
    }
    assertThatThrownBy(() -> store.read(bytes -> {}))
        .isInstanceOf(InvalidFeaturesException.class)
        .hasMessageContaining("damaged");
  }
}
