package org.edm2search.model.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which device a choice means, and what is said where it cannot be used. */
class BackendTest {

  private static final String TWO_GPUS =
      """
      0, GPU-11aa, 8.0, 40000, NVIDIA A100-SXM4-40GB
      1, GPU-22bb, 7.5, 15000, Tesla T4
      """;

  private static Backend gpus(String answer, Map<String, String> environment) {
    return new Backend(true, environment, () -> NvidiaSmi.parse(answer));
  }

  private static Backend cpu() {
    return new Backend(
        false,
        Map.of(),
        () -> {
          throw new AssertionError("a build for the CPU asks for no GPUs");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "cpu"})
  void aBuildForTheCpuComputesOnIt(String choice) {
    assertThat(cpu().device(DeviceChoice.parse(choice))).isEqualTo(Device.CPU);
  }

  @Test
  void aBuildForTheCpuSaysHowToBuildForGpus() {
    assertThatThrownBy(() -> cpu().device(DeviceChoice.parse("cuda:0")))
        .isInstanceOf(UnusableDeviceException.class)
        .hasMessageContaining("cuda:0")
        .hasMessageContaining("EDM2_SEARCH_CUDA=yes")
        .hasMessageContaining("-Pcuda");
  }

  @Test
  void aBuildForGpusTakesTheFirstItSees() {
    Device device = gpus(TWO_GPUS, Map.of()).device(DeviceChoice.AUTO);

    assertThat(device.name()).isEqualTo("NVIDIA A100-SXM4-40GB");
    assertThat(device.freeBytes()).hasValue(40_000L << 20);
    assertThat(device.traits())
        .containsExactlyInAnyOrder(
            Device.Trait.BATCHED_PRODUCTS, Device.Trait.DEPTHWISE_GRADIENT_IN_ONE);
  }

  @Test
  void visibleGpusAreNamedByIndexOrUuid() {
    assertThat(gpus(TWO_GPUS, Map.of("CUDA_VISIBLE_DEVICES", "1,0")).gpus())
        .extracting(Gpu::index)
        .containsExactly(1, 0);
    assertThat(gpus(TWO_GPUS, Map.of("CUDA_VISIBLE_DEVICES", "GPU-22")).gpus())
        .extracting(Gpu::name)
        .containsExactly("Tesla T4");
    assertThatThrownBy(() -> gpus(TWO_GPUS, Map.of("CUDA_VISIBLE_DEVICES", "-1")).gpus())
        .hasMessageContaining("has 2 NVIDIA GPUs")
        .hasMessageContaining("'-1'");
  }

  @Test
  void aNamedGpuMustBeTheOneThatCudaWasToldOf() {
    DeviceChoice second = DeviceChoice.parse("cuda:1");

    assertThat(gpus(TWO_GPUS, Map.of("CUDA_VISIBLE_DEVICES", "1")).device(second).name())
        .isEqualTo("Tesla T4");
    assertThatThrownBy(() -> gpus(TWO_GPUS, Map.of()).device(second))
        .hasMessageContaining("CUDA_VISIBLE_DEVICES=1");
  }

  @ParameterizedTest
  @CsvSource({"9.0, NVIDIA H100", "12.0, GeForce RTX 5090", "3.5, Tesla K40"})
  void gpusWithoutKernelsAreRefusedInOneLine(String capability, String name) {
    String answer = "0, GPU-33cc, %s, 80000, %s".formatted(capability, name);

    assertThatThrownBy(() -> gpus(answer, Map.of()).device(DeviceChoice.AUTO))
        .isInstanceOf(UnusableDeviceException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(capability)
        .hasMessageContaining("3.7 to 8.9")
        .hasMessageContaining("EDM2_SEARCH_CUDA=no")
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.7", "5.2", "8.9"})
  void allOthersCanBeUsed(String capability) {
    String answer = "0, GPU-33cc, %s, 80000, some GPU".formatted(capability);

    assertThat(gpus(answer, Map.of()).device(DeviceChoice.AUTO).name()).isEqualTo("some GPU");
  }

  @Test
  void aBuildForGpusDoesNotComputeOnTheCpu() {
    assertThatThrownBy(() -> gpus(TWO_GPUS, Map.of()).device(DeviceChoice.parse("cpu")))
        .hasMessageContaining("EDM2_SEARCH_CUDA=no");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu", "cuda", "cuda:", "cuda:x", "CPU", ""})
  void otherWordsAreNoChoice(String text) {
    assertThatThrownBy(() -> DeviceChoice.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("auto, cpu or cuda:N");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"No devices were found", "0, GPU-1, [N/A], 100, name", "0, GPU-1, 8.0, name"})
  void anAnswerThatIsNoneIsNamed(String answer) {
    assertThatThrownBy(() -> NvidiaSmi.parse(answer))
        .isInstanceOf(UnusableDeviceException.class)
        .hasMessageContaining(answer);
  }

  @Test
  void aPlanThatDoesNotFitIsRefusedWithBothNumbers() {
    Device device = Device.gpu("small GPU", 2_000_000_000L);

    device.requireFree(2_000_000_000L);
    Device.CPU.requireFree(Long.MAX_VALUE);
    assertThatThrownBy(() -> device.requireFree(3_500_000_000L))
        .isInstanceOf(DeviceMemoryException.class)
        .hasMessageContaining("3.50 GB")
        .hasMessageContaining("small GPU has 2.00 GB free");
  }
}
