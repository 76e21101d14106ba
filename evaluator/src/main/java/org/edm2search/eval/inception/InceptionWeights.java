package org.edm2search.eval.inception;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.onnx.OnnxExtractor;
import org.edm2search.eval.onnx.Resize;
import org.edm2search.model.checkpoint.InvalidTensorFileException;
import org.edm2search.model.checkpoint.PyTorchFile;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.space.base.Sha256;

/**
 * Weights in the layout of the FID's network. Only those of the TensorFlow graph of 5 December
 * 2015, known by the SHA-256 of their file, make a distance an FID; all others make one that is
 * called FD and carries their hash.
 *
 * @param tensors by name
 * @param sha256 of the file that they are from, hexadecimal
 */
public record InceptionWeights(Map<String, Tensor> tensors, String sha256) {

  /** The canonical weights as PyTorch has them. */
  public static final String PYTORCH_NAME = "pt_inception-2015-12-05-6726825d.pth";

  /** SHA-256 of {@link #PYTORCH_NAME}. */
  public static final String PYTORCH_SHA256 =
      "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2";

  /** First digits of the SHA-256 of the same tensors as safetensors, as they are passed around. */
  public static final String SAFETENSORS_SHA256_PREFIX = "b7a528bf";

  /** The extractor's id with the canonical weights, whatever file they came in. */
  public static final String CANONICAL_ID = "inception-2015-12-05 6726825d";

  private static final int SHOWN = 12;

  /**
   * Returns what a distance is to be called.
   *
   * @param extractorId of the features
   * @return FID for the canonical network, FD for every other
   */
  public static String distanceName(String extractorId) {
    return extractorId.equals(CANONICAL_ID) ? "FID" : "FD";
  }

  /**
   * Reads a file: safetensors if it is named so, else PyTorch's.
   *
   * @param progress told of bytes read; the file is read twice
   * @throws InvalidTensorFileException if it cannot be read or is of another network
   */
  public static InceptionWeights read(Path file, LongConsumer progress) {
    Map<String, Tensor> tensors;
    if (file.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors")) {
      tensors = Safetensors.read(file).tensors();
    } else {
      tensors = PyTorchFile.read(file, progress).tensors();
    }
    InceptionLayout.check(file, tensors);
    return new InceptionWeights(tensors, sha256(file, progress));
  }

  /** Returns whether these are the canonical weights. */
  public boolean canonical() {
    return sha256.equals(PYTORCH_SHA256) || sha256.startsWith(SAFETENSORS_SHA256_PREFIX);
  }

  /** Returns the id of the features: that of the canonical network, or one with the hash. */
  public String extractorId() {
    return canonical() ? CANONICAL_ID : "unverified inception " + sha256.substring(0, SHOWN);
  }

  /** Returns the network with these weights. */
  public FeatureExtractor extractor() {
    // The same tensors in another format are the same features.
    String weights = canonical() ? PYTORCH_SHA256 : sha256;
    return OnnxExtractor.ofGraph(
        new OnnxExtractor.Origin(
            extractorId(),
            weights,
            "weights of SHA-256 %s on images resized to %d×%d (%s), (u − 128)/128"
                .formatted(
                    weights, InceptionNetwork.SIZE, InceptionNetwork.SIZE, Resize.TF1_BILINEAR)),
        InceptionGraph.of(tensors),
        InceptionGraph.OUTPUT,
        InceptionNetwork.FEATURES);
  }

  /** Returns the SHA-256 of a file, hexadecimal. */
  static String sha256(Path file, LongConsumer progress) {
    AtomicLong total = new AtomicLong();
    try {
      return new Sha256().add(file, read -> progress.accept(total.addAndGet(read))).hex();
    } catch (IOException e) {
      throw new InvalidTensorFileException(file, "cannot be read: " + e, e);
    }
  }
}
