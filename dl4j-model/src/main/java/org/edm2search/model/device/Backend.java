package org.edm2search.model.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What this build of the program computes with, and the GPUs that its process may see.
 *
 * @param forGpus whether it was built with ND4J's CUDA backend
 * @param environment environment variables: CUDA_VISIBLE_DEVICES names GPUs by index or UUID
 * @param present asks for the machine's GPUs
 */
public record Backend(
    boolean forGpus, Map<String, String> environment, Supplier<List<Gpu>> present) {

  /** Names the GPUs that a process may see. */
  public static final String VISIBLE = "CUDA_VISIBLE_DEVICES";

  /** Where ND4J's CUDA backend has its settings. */
  private static final String CUDA_SETTINGS = "nd4j-jcublas.properties";

  public Backend {
    environment = Map.copyOf(environment);
  }

  /** Returns the backend of this process. */
  public static Backend here() {
    boolean cuda = Backend.class.getClassLoader().getResource(CUDA_SETTINGS) != null;
    return new Backend(cuda, System.getenv(), NvidiaSmi::gpus);
  }

  /**
   * Returns the device that a choice means, before any tensor is made.
   *
   * @throws UnusableDeviceException if it cannot be used, saying what to do
   */
  public Device device(DeviceChoice choice) {
    if (!forGpus) {
      if (choice.gpu().isPresent()) {
        throw new UnusableDeviceException(
            ("--device %s: this program was built for the CPU; to build it for NVIDIA GPUs start it"
                    + " once with EDM2_SEARCH_CUDA=yes, or build with mvn -Pcuda (2 GB)")
                .formatted(choice.words()));
      }
      HostCpu.here().requireUsable();
      return Device.CPU;
    }
    if (choice.isCpu()) {
      throw new UnusableDeviceException(
          "--device cpu: this program was built for NVIDIA GPUs; to build it for the CPU start it once"
              + " with EDM2_SEARCH_CUDA=no");
    }
    choice.gpu().ifPresent(this::requireFirst);
    Gpu gpu = gpus().get(0);
    gpu.requireUsable();
    return gpu.device();
  }

  /** CUDA is told which GPU to take when its process starts, and then never again. */
  private void requireFirst(int index) {
    String visible = environment.getOrDefault(VISIBLE, "");
    if (!visible.equals(Integer.toString(index))) {
      throw new UnusableDeviceException(
          ("--device cuda:%d needs %s=%d in the environment, where '%s' is: leave the variable unset"
                  + " and start the program by its script edm2-search")
              .formatted(index, VISIBLE, index, visible));
    }
  }

  /**
   * Returns the GPUs that this process may see, at least one.
   *
   * @throws UnusableDeviceException if it sees none
   */
  public List<Gpu> gpus() {
    List<Gpu> all = present.get();
    String names = environment.get(VISIBLE);
    List<Gpu> visible = names == null ? all : named(all, names);
    if (visible.isEmpty()) {
      throw new UnusableDeviceException(
          "this machine has %d NVIDIA GPUs, but %s='%s' names none of them; set it to an index that nvidia-smi lists"
              .formatted(all.size(), VISIBLE, names));
    }
    return visible;
  }

  private static List<Gpu> named(List<Gpu> all, String names) {
    List<Gpu> visible = new ArrayList<>();
    for (String name : names.split(",")) {
      all.stream()
          .filter(
              gpu ->
                  name.strip().equals(Integer.toString(gpu.index()))
                      || name.startsWith("GPU-") && gpu.uuid().startsWith(name.strip()))
          .forEach(visible::add);
    }
    return visible;
  }
}
