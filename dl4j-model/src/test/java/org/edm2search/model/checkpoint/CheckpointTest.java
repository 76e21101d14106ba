package org.edm2search.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.edm2search.space.architecture.ParameterSpec;
import org.edm2search.space.architecture.UNetLayout;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {

  private static final Checkpoint CHECKPOINT =
      new Checkpoint(
          SmallNetwork.SPEC,
          SmallNetwork.tensors(1),
          Map.of(
              "adam.m", SmallNetwork.vector(2),
              "adam.v", SmallNetwork.vector(3),
              "ema.0.05", SmallNetwork.vector(4)),
          Map.of("images", "64", "note", "a: \"b\"\nü"));

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("c.safetensors");
  }

  @Test
  void checkpointReadsBackBitForBit() throws Exception {
    CHECKPOINT.write(file);
    Checkpoint read = Checkpoint.read(file);

    assertThat(read.architecture()).isEqualTo(SmallNetwork.SPEC);
    assertThat(read.progress()).isEqualTo(CHECKPOINT.progress());
    assertThat(read.vectors().keySet()).isEqualTo(CHECKPOINT.vectors().keySet());
    read.vectors()
        .forEach(
            (name, vector) ->
                assertThat(SmallNetwork.bits(vector))
                    .as(name)
                    .isEqualTo(SmallNetwork.bits(CHECKPOINT.vectors().get(name))));
    assertThat(read.weights().keySet()).isEqualTo(CHECKPOINT.weights().keySet());
    read.weights()
        .forEach(
            (name, tensor) -> {
              Tensor written = CHECKPOINT.weights().get(name);
              assertThat(tensor.shape()).as(name).isEqualTo(written.shape());
              assertThat(SmallNetwork.bits(tensor.values()))
                  .as(name)
                  .isEqualTo(SmallNetwork.bits(written.values()));
            });
    Path again = directory.resolve("again");
    read.write(again);
    assertThat(again).hasSameBinaryContentAs(file);
  }

  @Test
  void theReplacedCheckpointIsKept() throws Exception {
    CHECKPOINT.rotate(file);
    Path previous = Checkpoint.previousOf(file);
    assertThat(previous).isEqualTo(directory.resolve("c.previous.safetensors")).doesNotExist();
    byte[] first = Files.readAllBytes(file);
    Map<String, float[]> others = Map.of("adam.m", SmallNetwork.vector(7));
    for (String images : new String[] {"128", "192"}) {
      Checkpoint next =
          new Checkpoint(
              SmallNetwork.SPEC, SmallNetwork.tensors(6), others, Map.of("images", images));
      next.rotate(file);
      assertThat(previous).hasBinaryContent(first);
      assertThat(Checkpoint.read(file).progress()).containsEntry("images", images);
      first = Files.readAllBytes(file);
    }
    assertThat(directory.toFile().list())
        .containsExactlyInAnyOrder("c.safetensors", "c.previous.safetensors");
  }

  @Test
  void weightsAreReplacedInTheOrderOfTheVector() {
    float[] trained = SmallNetwork.vector(5);
    Map<String, Tensor> weights = CHECKPOINT.weightsWith(trained);
    int offset = 0;
    for (ParameterSpec spec : UNetLayout.of(SmallNetwork.SPEC).parameters()) {
      Tensor tensor = weights.get(spec.name());
      if (spec.trainable()) {
        assertThat(Float.floatToRawIntBits(tensor.values()[0]))
            .isEqualTo(Float.floatToRawIntBits(trained[offset]));
        offset += tensor.size();
      } else {
        assertThat(tensor).isSameAs(CHECKPOINT.weights().get(spec.name()));
      }
    }
    assertThat(offset).isEqualTo(trained.length);
    assertThatThrownBy(() -> CHECKPOINT.weightsWith(new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("but got 3");
  }

  @Test
  void checkpointsOfAnotherFormatAreRefused() {
    assertRefused(
        (metadata, tensors) -> metadata.put("edm2_search_checkpoint", "99"),
        "checkpoint format '99', but this version reads 1; use the version that wrote it");
    assertRefused(
        (metadata, tensors) -> metadata.remove("edm2_search_checkpoint"), "is not a checkpoint");
  }

  @Test
  void tensorsMustBeThoseOfTheArchitecture() {
    String name = "weight/unet.emb_noise.weight";
    assertRefused((metadata, tensors) -> tensors.remove(name), "has no tensor '" + name);
    assertRefused(
        (metadata, tensors) -> tensors.put(name, Tensor.vector(1)),
        "must have shape [8, 4], but has [1]");
    assertRefused(
        (metadata, tensors) -> tensors.put("weight/more", Tensor.vector(1)),
        "has a tensor 'weight/more', which its architecture does not");
    assertRefused(
        (metadata, tensors) -> tensors.put("vector/adam.m", Tensor.vector(1, 2)),
        "vector 'adam.m' must have");
  }

  @Test
  void architecturesAreChecked() {
    CHECKPOINT.write(file);
    change(content -> content.metadata.put("model_channels", "1e9"));
    assertThatThrownBy(() -> Checkpoint.read(file))
        .hasMessageContaining(file.toString())
        .hasMessageContaining("model_channels");
    // The largest network there is: refused by its first tensor, before memory is asked for.
    change(content -> content.metadata.put("model_channels", "4096"));
    assertThatThrownBy(() -> Checkpoint.read(file)).hasMessageContaining("must have shape");
  }

  @Test
  void aTruncatedCheckpointIsRefused() throws Exception {
    CHECKPOINT.write(file);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 100));
    assertThatThrownBy(() -> Checkpoint.read(file))
        .isInstanceOf(InvalidTensorFileException.class)
        .hasMessageContaining("truncated");
  }

  private record Content(Map<String, String> metadata, Map<String, Tensor> tensors) {}

  private interface Change {
    void to(Map<String, String> metadata, Map<String, Tensor> tensors);
  }

  private void change(Consumer<Content> change) {
    TensorFile read = Safetensors.read(file);
    Content content = new Content(new TreeMap<>(read.metadata()), new TreeMap<>(read.tensors()));
    change.accept(content);
    Safetensors.write(file, new TensorFile(content.metadata, content.tensors));
  }

  private void assertRefused(Change change, String reason) {
    CHECKPOINT.write(file);
    change(content -> change.to(content.metadata, content.tensors));
    assertThatThrownBy(() -> Checkpoint.read(file))
        .isInstanceOf(InvalidTensorFileException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(reason);
  }
}
