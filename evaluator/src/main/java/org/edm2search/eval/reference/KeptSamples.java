package org.edm2search.eval.reference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.edm2search.eval.SampledFeatures;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.space.base.Edm2SearchException;

/**
 * Features of samples in a directory, a safetensors file for each block of samples. They are of one
 * network and one protocol; files of others, or damaged ones, are not taken. A directory that
 * cannot be written costs time only.
 */
public final class KeptSamples implements SampledFeatures {

  private static final String FEATURES = "features";
  private static final int SHOWN = 16;

  private final Path directory;
  private final Map<String, String> origin;

  /**
   * Keeps samples below a trial's directory.
   *
   * @param trial the trial's directory
   * @param weightsSha256 of the network's checkpoint
   * @param protocolDigest of the protocol
   */
  public KeptSamples(Path trial, String weightsSha256, String protocolDigest) {
    directory = trial.resolve("sampled-" + protocolDigest.substring(0, SHOWN));
    origin = Map.of("weights", weightsSha256, "protocol", protocolDigest);
  }

  private Path file(int first) {
    return directory.resolve("%09d.safetensors".formatted(first));
  }

  @Override
  public Optional<double[][]> find(int first, int count) {
    return KeptTensors.find(file(first), origin)
        .map(tensors -> tensors.get(FEATURES))
        .filter(rows -> rows.shape().size() == 2 && rows.shape().get(0) == count)
        .map(FeatureRows::of);
  }

  @Override
  public void keep(int first, double[][] rows) {
    Tensor tensor = FeatureRows.tensor(rows);
    try {
      KeptTensors.write(file(first), origin, Map.of(FEATURES, tensor));
    } catch (Edm2SearchException e) {
      // Not kept.
    }
  }

  @Override
  public void discard() {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      // Nothing was kept, or it stays: it is found by its origin only.
    }
  }
}
