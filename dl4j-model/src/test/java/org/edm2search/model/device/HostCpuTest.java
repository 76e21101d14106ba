package org.edm2search.model.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HostCpuTest {

  private static HostCpu x86(String... features) {
    return new HostCpu("amd64", Optional.of(Set.of(features)));
  }

  @Test
  void anEmulatedProcessorWithoutAvx2IsRefusedBeforeTheLibraryEndsTheProcess() {
    assertThatThrownBy(x86("sse4_2")::requireUsable)
        .isInstanceOf(UnusableDeviceException.class)
        .hasMessageContaining("AVX2")
        .hasMessageContaining("aarch64");
  }

  @Test
  void othersAreNot() {
    assertThatCode(
            () -> {
              x86("sse4_2", "avx2").requireUsable();
              new HostCpu("x86_64", Optional.empty()).requireUsable();
              new HostCpu("aarch64", Optional.empty()).requireUsable();
              HostCpu.here().requireUsable();
            })
        .doesNotThrowAnyException();
  }

  @Test
  void openBlasIsToldWhichKernelsTheProcessorHas() {
    HostCpu old = x86("avx2");
    HostCpu wide = x86("avx2", "avx512f", "avx512vl");
    Map<String, String> skylake = Map.of("OPENBLAS_CORETYPE", "SkylakeX");
    Map<String, String> haswell = Map.of("OPENBLAS_CORETYPE", "Haswell");
    assertThat(wide.environment(Map.of())).isEqualTo(skylake);
    assertThat(old.environment(Map.of())).isEqualTo(haswell);
    assertThat(new HostCpu("aarch64", Optional.empty()).environment(Map.of())).isEmpty();
    // A cluster's workers get those of the campaign's machine, as far as they can run them.
    assertThat(wide.environment(haswell)).isEqualTo(haswell);
    assertThat(old.environment(skylake)).isEqualTo(haswell);
    assertThat(old.environment(Map.of("GOMP_SPINCOUNT", "7")))
        .containsEntry("GOMP_SPINCOUNT", "7")
        .containsAllEntriesOf(haswell);
  }
}
