package org.edm2search.eval.reference;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.edm2search.eval.Reference;
import org.edm2search.eval.fid.FeatureStatistics;
import org.edm2search.eval.fid.InvalidFeaturesException;
import org.edm2search.eval.fid.NumpyStatistics;
import org.edm2search.model.checkpoint.InvalidTensorFileException;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.TensorFile;
import org.edm2search.space.base.AtomicFile;

/**
 * Feature statistics in a file: safetensors with {@code mu} [d] and {@code sigma} [d, d] in
 * float64, {@code num_images} if it is known, and what they are of as metadata. NumPy archives hold
 * the same arrays, but do not tell the features.
 */
public final class StatisticsFile {

  private static final String MEAN = "mu";
  private static final String COVARIANCE = "sigma";
  private static final String COUNT = "num_images";

  /** Metadata. */
  private static final String IMAGES = "images";

  private static final String FEATURES = "features";

  private StatisticsFile() {}

  /**
   * Reads statistics that {@link #write} wrote as safetensors.
   *
   * @throws InvalidFeaturesException if the file is missing, damaged or something else
   */
  public static Reference read(Path file) {
    try {
      TensorFile content = Safetensors.read(file);
      String features = content.metadata().get(FEATURES);
      Optional<FeatureStatistics> statistics = statistics(content.tensors());
      if (features == null || statistics.isEmpty()) {
        throw new InvalidFeaturesException(
            file + ": holds no feature statistics, tensors 'mu' [d] and 'sigma' [d, d]");
      }
      String images = content.metadata().getOrDefault(IMAGES, file.toString());
      return new Reference(images, features, statistics.get());
    } catch (InvalidTensorFileException e) {
      throw new InvalidFeaturesException(
          "%s; for features of images name their tensor: FILE.safetensors:TENSOR"
              .formatted(e.getMessage()),
          e);
    }
  }

  /** Returns the statistics among tensors; nothing if they are not such. */
  static Optional<FeatureStatistics> statistics(Map<String, Tensor> tensors) {
    Tensor mean = tensors.get(MEAN);
    Tensor covariance = tensors.get(COVARIANCE);
    if (mean == null || covariance == null || mean.shape().size() != 1 || mean.size() == 0) {
      return Optional.empty();
    }
    int d = mean.size();
    if (!covariance.shape().equals(List.of(d, d))) {
      return Optional.empty();
    }
    Tensor count = tensors.get(COUNT);
    long images = count == null || count.size() != 1 ? FeatureStatistics.UNKNOWN : count.longs()[0];
    return images < 2 && images != FeatureStatistics.UNKNOWN
        ? Optional.empty()
        : Optional.of(new FeatureStatistics(images, mean.doubles(), covariance.doubles()));
  }

  static Map<String, Tensor> tensors(FeatureStatistics statistics) {
    int d = statistics.dimensions();
    Map<String, Tensor> tensors = new HashMap<>();
    tensors.put(MEAN, Tensor.ofDoubles(List.of(d), statistics.mean()));
    tensors.put(COVARIANCE, Tensor.ofDoubles(List.of(d, d), statistics.covariance()));
    if (statistics.count() != FeatureStatistics.UNKNOWN) {
      tensors.put(COUNT, Tensor.ofLongs(List.of(), statistics.count()));
    }
    return tensors;
  }

  /**
   * Writes statistics, all or nothing: as a NumPy archive if the name ends in {@code .npz}, else as
   * safetensors.
   *
   * @throws org.edm2search.space.base.Edm2SearchException if that fails
   */
  public static void write(Path file, Reference reference) {
    if (file.toString().endsWith(".npz")) {
      ByteBuffer archive = ByteBuffer.wrap(archive(reference.statistics()));
      AtomicFile.write(file, channel -> AtomicFile.writeAll(channel, archive));
      return;
    }
    KeptTensors.write(
        file,
        Map.of(IMAGES, reference.id(), FEATURES, reference.extractorId()),
        tensors(reference.statistics()));
  }

  private static byte[] archive(FeatureStatistics statistics) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      NumpyStatistics.write(out, statistics);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
