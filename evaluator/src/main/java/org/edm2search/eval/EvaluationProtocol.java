package org.edm2search.eval;

import java.util.Locale;
import java.util.Map;
import org.edm2search.data.ImageDataset;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.inception.InceptionWeights;
import org.edm2search.eval.sampling.HeunSampler;
import org.edm2search.model.EmaLength;
import org.edm2search.model.sampling.Guidance;
import org.edm2search.model.sampling.Sampling;
import org.edm2search.space.CanonicalKeys;
import org.edm2search.space.yaml.Section;

/**
 * How every candidate of a campaign is scored: its {@code evaluation} section. Scores compare only
 * under equal protocols.
 *
 * @param set which images are drawn
 * @param sampling how they are drawn
 * @param ema relative length of the averaged weights
 * @param batch images drawn at once; does not change the result
 * @param features what images are measured in
 * @param objective what candidates are ranked by
 */
public record EvaluationProtocol(
    SampleSet set,
    Sampling sampling,
    double ema,
    int batch,
    FeatureSpec features,
    Distance objective) {

  private static final int MOST_BATCH = 65_536;

  public EvaluationProtocol {
    EmaLength.require(ema);
  }

  /**
   * Reads an {@code evaluation} section.
   *
   * @throws org.edm2search.space.yaml.InvalidConfigException naming the key and the rule
   */
  public static EvaluationProtocol read(Section section) {
    SampleSet set = SampleSet.read(section);
    Sampling sampling = Sampling.read(section);
    double ema = section.number("ema", 0.10);
    try {
      EmaLength.require(ema);
    } catch (IllegalArgumentException e) {
      throw section.error("ema", e.getMessage());
    }
    int batch = section.integer("batch", 100);
    if (batch < 1 || batch > MOST_BATCH) {
      throw section.error(
          "batch", "must be between 1 and %d images, but is %d".formatted(MOST_BATCH, batch));
    }
    FeatureSpec features = FeatureSpec.read(section, "features");
    Distance objective =
        Distance.of(section.oneOf("objective", Distance.keys(), Distance.FD_PCA.key()));
    section.rejectUnknown();
    return new EvaluationProtocol(set, sampling, ema, batch, features, objective);
  }

  /** Returns the default protocol with images drawn in a given way, from a seed. */
  public static EvaluationProtocol drawing(Sampling sampling, long seed) {
    EvaluationProtocol usual = read(Section.of(Map.of(), "evaluation"));
    return usual.with(sampling).with(usual.set.withSeed(seed));
  }

  /** Returns this protocol with other images. */
  public EvaluationProtocol with(SampleSet other) {
    return new EvaluationProtocol(other, sampling, ema, batch, features, objective);
  }

  /**
   * Returns this protocol on data: with its class frequencies, if labels are to be drawn so and
   * networks are told these classes.
   *
   * @param classes that networks are told of; 0 if they are not
   */
  public EvaluationProtocol on(ImageDataset images, int classes) {
    return classes == 0 || classes != images.classes().size()
        ? this
        : with(set.on(images.classCounts()));
  }

  /** Returns this protocol with another way to draw. */
  public EvaluationProtocol with(Sampling other) {
    return new EvaluationProtocol(set, other, ema, batch, features, objective);
  }

  /** Returns this protocol with other features. */
  public EvaluationProtocol withFeatures(FeatureSpec other) {
    return new EvaluationProtocol(set, sampling, ema, batch, other, objective);
  }

  /** Returns this protocol with another length of the averaged weights. */
  public EvaluationProtocol withEma(double other) {
    return new EvaluationProtocol(set, sampling, other, batch, features, objective);
  }

  /** Returns the number of images. */
  public int samples() {
    return set.count();
  }

  /** Returns the seed of the first image. */
  public long seed() {
    return set.seed();
  }

  /** Returns the guidance of networks. */
  public Guidance guidance() {
    return sampling.guidance();
  }

  /** Returns the sampler. */
  public HeunSampler sampler() {
    return new HeunSampler(sampling.schedule(), sampling.churn());
  }

  /**
   * Returns the name of a score, such as {@code FD-PCA64@1000 (builtin 1a2b3c4d)}.
   *
   * @param extractorId of the features
   */
  public String label(String extractorId) {
    return label(objective, extractorId);
  }

  /**
   * Returns the name of a distance, such as {@code KID@1000 (builtin 1a2b3c4d)}; the full Fréchet
   * distance is called FID only with the canonical network.
   */
  public String label(Distance distance, String extractorId) {
    String name =
        distance == Distance.FD ? InceptionWeights.distanceName(extractorId) : distance.label();
    return String.format(Locale.ROOT, "%s@%d (%s)", name, samples(), extractorId);
  }

  /**
   * Returns everything that a score depends on, one line for people.
   *
   * @param features that images are measured in
   * @param referenceId of the reference images and their number
   */
  public String describe(FeatureExtractor features, String referenceId) {
    return "%s to %s; features: %s; %s; EMA %s; %s%s"
        .formatted(
            label(features.id()),
            referenceId,
            features.description(),
            sampling.describeSchedule(),
            ema,
            set,
            sampling.describeOptions());
  }

  /**
   * Returns everything that a score depends on, for {@link #digest}.
   *
   * @param features that images are measured in
   * @param referenceId of the reference images and their number
   */
  public CanonicalKeys keys(FeatureExtractor features, String referenceId) {
    CanonicalKeys keys =
        new CanonicalKeys()
            .put("distance", objective.key())
            .put("reference", referenceId)
            .put("features", features.id())
            .put("features.sha256", features.weightsSha256())
            .put("ema", ema);
    set.addTo(keys);
    sampling.addTo(keys);
    return keys;
  }

  /** Returns the SHA-256 of {@link #keys}, hexadecimal: equal for comparable scores. */
  public String digest(FeatureExtractor features, String referenceId) {
    return keys(features, referenceId).digest();
  }
}
