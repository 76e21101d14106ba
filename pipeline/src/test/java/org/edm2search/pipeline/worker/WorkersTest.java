package org.edm2search.pipeline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.edm2search.model.device.ComputeCapability;
import org.edm2search.model.device.Gpu;
import org.junit.jupiter.api.Test;

/** What worker processes see of the machine. */
class WorkersTest {

  private static Gpu gpu(int index) {
    return new Gpu(index, "GPU-" + index, "A100", new ComputeCapability(8, 0), 1L << 30);
  }

  private static Map<String, String> of(int worker, Gpu... gpus) {
    return Workers.environment(worker, new Layout(3, 2), List.of(gpus));
  }

  @Test
  void workersAreGivenGpusInTurn() {
    assertThat(of(1, gpu(0), gpu(3))).containsEntry("CUDA_VISIBLE_DEVICES", "0");
    assertThat(of(2, gpu(0), gpu(3)))
        .containsEntry("CUDA_VISIBLE_DEVICES", "3")
        .containsEntry("CUDA_DEVICE_ORDER", "PCI_BUS_ID")
        .containsEntry("OMP_NUM_THREADS", "2");
    assertThat(of(3, gpu(0), gpu(3))).containsEntry("CUDA_VISIBLE_DEVICES", "0");
  }

  @Test
  void onTheCpuTheyAreToldOfNone() {
    assertThat(of(1)).containsOnlyKeys("OMP_NUM_THREADS", "CLASSPATH");
  }
}
