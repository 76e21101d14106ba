package org.edm2search.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.edm2search.model.checkpoint.ReferenceFile;
import org.edm2search.model.device.Device;
import org.edm2search.model.verification.Verification;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every block of the paper against an independent implementation: outputs, loss, gradients. */
@Tag("gpu")
class GoldenNetworksTest {

  /** What float32 and another order of sums may cost; what verify allows is no matter of this. */
  private static final double DENOISED = 1e-4;

  private static final double LOSS = 1e-5;
  private static final double GRADIENT = 1e-3;

  @ParameterizedTest
  @MethodSource("org.edm2search.model.GoldenNetworks#names")
  void networkAgrees(String config) throws Exception {
    requireAgreement(config, Device.CPU);
  }

  /** One call for many products and one for a depthwise gradient, here on the CPU. */
  @ParameterizedTest
  @MethodSource("org.edm2search.model.GoldenNetworks#names")
  void networkAgreesByTheOperationsOfAGpu(String config) throws Exception {
    requireAgreement(config, Device.gpu("pretended", Long.MAX_VALUE));
  }

  private static void requireAgreement(String config, Device device) throws Exception {
    Path file =
        Path.of(
            GoldenNetworksTest.class
                .getResource("/golden/networks/" + config + ".safetensors")
                .toURI());

    Verification verification = Verification.of(ReferenceFile.read(file), device);

    assertThat(verification.maxDenoisedError()).isBetween(0.0, DENOISED);
    assertThat(verification.relativeLossError()).isBetween(0.0, LOSS);
    assertThat(verification.worstGradientError())
        .as(verification.worstGradientName())
        .isBetween(0.0, GRADIENT);
  }
}
