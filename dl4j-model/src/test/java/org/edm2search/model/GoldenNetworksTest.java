package org.edm2search.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.edm2search.model.checkpoint.ReferenceFile;
import org.edm2search.model.verification.Verification;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every block of the paper against an independent implementation: outputs, loss, gradients. */
class GoldenNetworksTest {

  @ParameterizedTest
  @MethodSource("org.edm2search.model.GoldenNetworks#names")
  void networkAgrees(String config) throws Exception {
    Path file =
        Path.of(
            GoldenNetworksTest.class
                .getResource("/golden/networks/" + config + ".safetensors")
                .toURI());

    Verification verification = Verification.of(ReferenceFile.read(file));

    assertThat(verification.passes()).as(verification.toString()).isTrue();
  }
}
