package org.edm2search.model.device;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HostCpuTest {

  @Test
  void anEmulatedProcessorWithoutAvx2IsRefusedBeforeTheLibraryEndsTheProcess() {
    assertThatThrownBy(new HostCpu("amd64", Optional.of(Set.of("sse4_2")))::requireUsable)
        .isInstanceOf(UnusableDeviceException.class)
        .hasMessageContaining("AVX2")
        .hasMessageContaining("aarch64");
  }

  @Test
  void othersAreNot() {
    assertThatCode(
            () -> {
              new HostCpu("amd64", Optional.of(Set.of("sse4_2", "avx2"))).requireUsable();
              new HostCpu("x86_64", Optional.empty()).requireUsable();
              new HostCpu("aarch64", Optional.of(Set.of("fp", "asimd"))).requireUsable();
              HostCpu.here().requireUsable();
            })
        .doesNotThrowAnyException();
  }
}
