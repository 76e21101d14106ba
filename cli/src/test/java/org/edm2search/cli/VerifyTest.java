package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.TensorFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code verify FILE}: passes what an independent implementation computed, and nothing else. */
class VerifyTest {

  private static final Path GOLDEN =
      Path.of("../dl4j-model/src/test/resources/golden/networks/Gstar.safetensors");

  @TempDir Path directory;

  @Test
  void whatAnotherImplementationComputedPasses() {
    Captured answer = Captured.run("verify", GOLDEN);
    assertThat(answer.code()).as(answer.err()).isZero();
    assertThat(answer.out()).contains("passes").doesNotContain("FAILS");
  }

  /** One number of the file is another one, by far less than a bug would make it. */
  @ParameterizedTest
  @CsvSource({
    "output/denoised, 0.001, max |Δdenoised|",
    "output/loss, 0.001, loss error",
    "grad/unet.out_gain, 0.1, worst gradient error",
    "input/sigma, 0.01, max |Δdenoised|"
  })
  void oneOtherNumberFails(String tensor, float change, String measure) {
    TensorFile golden = Safetensors.read(GOLDEN);
    Map<String, Tensor> tensors = new HashMap<>(golden.tensors());
    Tensor right = tensors.get(tensor);
    float[] values = right.values().clone();
    values[values.length / 2] += change;
    tensors.put(tensor, new Tensor(right.shape(), values));
    Path wrong = directory.resolve("wrong.safetensors");
    Safetensors.write(wrong, new TensorFile(golden.metadata(), tensors));

    Captured answer = Captured.run("verify", wrong);

    assertThat(answer.code()).isEqualTo(1);
    assertThat(answer.out()).contains("FAILS  " + wrong);
    assertThat(answer.out().lines().filter(line -> line.startsWith(measure)))
        .singleElement()
        .asString()
        .contains(" >  ");
  }
}
