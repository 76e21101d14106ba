package org.edm2search.pipeline.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.data.ImageDataset;
import org.edm2search.model.device.Device;

/** What a trial's numbers depend on besides the campaign's file. */
public final class Environment {

  /** Role of the data set's digest. */
  public static final String DATA_SET = "data set";

  private Environment() {}

  /**
   * Describes data, programs and machine.
   *
   * @param extractorId of the features scores are measured in
   */
  static Provenance describe(ImageDataset images, String extractorId) {
    return Provenance.of(
        Map.of(DATA_SET, images.digest(), "features", extractorId),
        Map.of(
            "edm2-search", Version.current(),
            "nd4j", Version.ofNd4j(),
            "java", System.getProperty("java.version")),
        device(System.getenv().getOrDefault("OMP_NUM_THREADS", "all")));
  }

  private static String device(String threads) {
    Device device = Device.current();
    if (!device.equals(Device.CPU)) {
      return "GPU " + device.name();
    }
    return "CPU %s, %s %s"
        .formatted(processor(), threads, threads.equals("1") ? "thread" : "threads");
  }

  /** Returns what trials run on in a process of so many threads. */
  public static String device(int threads) {
    return device(Integer.toString(threads));
  }

  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.replaceFirst(".*:\\s*", ""))
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }
}
