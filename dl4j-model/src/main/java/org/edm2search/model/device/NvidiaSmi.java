package org.edm2search.model.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Asks the program that comes with NVIDIA's driver: before any CUDA library is loaded. */
final class NvidiaSmi {

  private static final List<String> COMMAND =
      List.of(
          "nvidia-smi",
          "--query-gpu=index,uuid,compute_cap,memory.free,name",
          "--format=csv,noheader,nounits");
  private static final int COLUMNS = 5;
  private static final int PATIENCE_SECONDS = 60;

  private NvidiaSmi() {}

  /**
   * Returns the machine's GPUs in the order of their indices.
   *
   * @throws UnusableDeviceException if there is no driver, or it does not answer
   */
  static List<Gpu> gpus() {
    try {
      Process process = new ProcessBuilder(COMMAND).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String answer =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new UnusableDeviceException(
            "NVIDIA's driver does not work: nvidia-smi says '%s'"
                .formatted(answer.lines().findFirst().orElse("nothing")));
      }
      return parse(answer);
    } catch (IOException e) {
      throw new UnusableDeviceException(
          "this machine has no NVIDIA GPU, or no driver for it: nvidia-smi cannot be started; use the"
              + " build for the CPU (EDM2_SEARCH_CUDA=no)",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnusableDeviceException("interrupted while asking nvidia-smi", e);
    }
  }

  /** Reads a line a GPU: index, UUID, compute capability, free MiB, name. */
  static List<Gpu> parse(String answer) {
    List<Gpu> gpus = new ArrayList<>();
    for (String line : answer.lines().filter(text -> !text.isBlank()).toList()) {
      String[] words = line.split(",", COLUMNS);
      try {
        gpus.add(
            new Gpu(
                Integer.parseInt(words[0].strip()),
                words[1].strip(),
                words[4].strip(),
                ComputeCapability.parse(words[2].strip()),
                Long.parseLong(words[3].strip()) << 20));
      } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
        throw new UnusableDeviceException(
            "nvidia-smi answers '%s', which is not a GPU's index, UUID, compute capability, free MiB and name"
                .formatted(line.strip()),
            e);
      }
    }
    return gpus;
  }
}
