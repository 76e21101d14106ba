package org.edm2search.pipeline.trial;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.edm2search.data.format.DatasetCache;
import org.edm2search.eval.FeatureSpec;
import org.edm2search.eval.fid.ClassifierExtractor;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.fid.InvalidFeaturesException;
import org.edm2search.eval.inception.InceptionWeights;
import org.edm2search.eval.inception.WeightsStore;
import org.edm2search.eval.onnx.OnnxExtractor;

/**
 * The files behind features that do not come with the program.
 *
 * @param inception weights of Inception that the user named, if any
 * @param store the user's cache, where they are otherwise
 */
public record FeatureFiles(Optional<Path> inception, WeightsStore store) {

  /** Environment variable that names the weights of Inception. */
  public static final String VARIABLE = "EDM2_SEARCH_INCEPTION";

  /**
   * Returns the files of this user.
   *
   * @param option file given on the command line, if any; comes before the environment's
   * @param environment environment variables
   * @param home the user's directory
   */
  public static FeatureFiles of(Optional<Path> option, Map<String, String> environment, Path home) {
    Optional<Path> named =
        Optional.ofNullable(environment.get(VARIABLE)).filter(f -> !f.isBlank()).map(Path::of);
    return new FeatureFiles(option.or(() -> named), store(environment, home));
  }

  /** Returns where a user's weights are kept: the program's cache directory. */
  public static WeightsStore store(Map<String, String> environment, Path home) {
    return new WeightsStore(DatasetCache.ofUser(environment, home).directory());
  }

  /**
   * Opens the extractor of features.
   *
   * @param progress told of bytes of weights read
   * @throws InvalidFeaturesException if a file is missing or does not fit
   */
  public FeatureExtractor open(FeatureSpec features, LongConsumer progress) {
    if (features instanceof FeatureSpec.Onnx onnx) {
      return OnnxExtractor.ofFile(onnx.file(), onnx.input(), onnx.output());
    }
    if (features instanceof FeatureSpec.Trained trained) {
      return ClassifierExtractor.read(trained.file());
    }
    return features instanceof FeatureSpec.Inception
        ? weights(progress).extractor()
        : ClassifierExtractor.builtin();
  }

  private InceptionWeights weights(LongConsumer progress) {
    if (inception.isPresent()) {
      return InceptionWeights.read(inception.get(), progress);
    }
    if (store.installed()) {
      return store.read(progress);
    }
    throw new InvalidFeaturesException(
        ("features inception need the weights in %s (SHA-256 %s), but none are installed at %s:"
                + " 'edm2-search weights' says where to get them, 'edm2-search weights FILE'"
                + " installs them; or name a file by --features-file or %s")
            .formatted(
                InceptionWeights.PYTORCH_NAME,
                InceptionWeights.PYTORCH_SHA256,
                store.file(),
                VARIABLE));
  }
}
