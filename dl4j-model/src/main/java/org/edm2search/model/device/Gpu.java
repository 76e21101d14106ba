package org.edm2search.model.device;

import java.util.Map;

/**
 * An NVIDIA GPU of this machine.
 *
 * @param index as {@code nvidia-smi} and {@code --device cuda:N} count
 * @param uuid its name in CUDA_VISIBLE_DEVICES, beside the index
 * @param name for people
 * @param capability generation
 * @param freeBytes memory that nobody has taken
 */
public record Gpu(
    int index, String uuid, String name, ComputeCapability capability, long freeBytes) {

  /** What ND4J's CUDA kernels were compiled for; there is nothing in them to compile for others. */
  private static final ComputeCapability OLDEST = new ComputeCapability(3, 7);

  private static final ComputeCapability TOO_NEW = new ComputeCapability(9, 0);

  /**
   * Refuses a GPU that ND4J has no kernels for.
   *
   * @throws UnusableDeviceException saying which GPUs can be used
   */
  void requireUsable() {
    if (capability.compareTo(OLDEST) < 0 || capability.compareTo(TOO_NEW) >= 0) {
      throw new UnusableDeviceException(
          ("cuda:%d, %s, has compute capability %s, but ND4J's kernels run on %s to 8.9; use another"
                  + " GPU or the build for the CPU (EDM2_SEARCH_CUDA=no)")
              .formatted(index, name, capability, OLDEST));
    }
  }

  /** Returns what a process must have in its environment to see this GPU alone. */
  public Map<String, String> alone() {
    return Map.of(Backend.VISIBLE, Integer.toString(index), "CUDA_DEVICE_ORDER", "PCI_BUS_ID");
  }

  /** Returns the device that tensors see. */
  Device device() {
    return Device.gpu(name, freeBytes);
  }
}
