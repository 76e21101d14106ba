package org.edm2search.cli.command;

import java.util.List;
import org.edm2search.model.device.Backend;
import org.edm2search.model.device.Device;
import org.edm2search.model.device.DeviceChoice;
import org.edm2search.model.device.Gpu;
import org.edm2search.model.device.UnusableDeviceException;
import picocli.CommandLine.Option;

/** What a command computes on. */
final class DeviceOption {

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description =
          "What to compute on: auto, cpu or cuda:N, a GPU as nvidia-smi counts. Default: auto, which is"
              + " what the program was built for.")
  private String device;

  /** Refuses what cannot be had, before anything is read or computed. */
  Device requireUsable() {
    try {
      return Backend.here().device(DeviceChoice.parse(device));
    } catch (IllegalArgumentException e) {
      throw new InvalidUseException("--device " + e.getMessage(), e);
    } catch (UnusableDeviceException e) {
      throw new InvalidUseException(e.getMessage(), e);
    }
  }

  /** Returns the GPUs that trials are shared out to; none in a build for the CPU. */
  List<Gpu> gpus() {
    requireUsable();
    Backend backend = Backend.here();
    return backend.forGpus() ? backend.gpus() : List.of();
  }
}
