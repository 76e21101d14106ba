package org.edm2search.eval;

import java.util.Locale;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.inception.InceptionWeights;
import org.edm2search.eval.sampling.Churn;
import org.edm2search.eval.sampling.HeunSampler;
import org.edm2search.eval.sampling.SigmaInterval;
import org.edm2search.eval.sampling.SigmaSchedule;
import org.edm2search.space.Sha256;
import org.edm2search.space.yaml.Section;

/**
 * How every candidate of a campaign is scored: its {@code evaluation} section. Scores compare only
 * under equal protocols.
 *
 * @param samples images drawn
 * @param schedule noise levels of the sampler
 * @param churn stochasticity of the sampler
 * @param guidance of the network
 * @param ema relative length of the averaged weights
 * @param batch images drawn at once; does not change the result
 * @param seed of latents and labels; image i uses seed + i
 * @param features what images are measured in
 * @param objective what candidates are ranked by
 */
public record EvaluationProtocol(
    int samples,
    SigmaSchedule schedule,
    Churn churn,
    Guidance guidance,
    double ema,
    int batch,
    long seed,
    FeatureSpec features,
    Objective objective) {

  /** Most images drawn for a score. */
  public static final int MOST_SAMPLES = 1_000_000;

  public EvaluationProtocol {
    if (guidance.active() && guided(schedule, churn, guidance) == 0) {
      throw new IllegalArgumentException(
          "the guidance interval %s to %s holds none of the noise levels of the %d steps"
              .formatted(guidance.interval().low(), guidance.interval().high(), schedule.steps()));
    }
  }

  /**
   * Reads an {@code evaluation} section.
   *
   * @throws org.edm2search.space.yaml.InvalidConfigException naming the key and the rule
   */
  public static EvaluationProtocol read(Section section) {
    int samples = section.integer("samples", 1000);
    if (samples < 2 || samples > MOST_SAMPLES) {
      throw section.error("samples", "must be between 2 and " + MOST_SAMPLES);
    }
    int steps = section.integer("steps", 18);
    double sigmaMin = section.number("sigma_min", 0.002);
    double sigmaMax = section.number("sigma_max", 80);
    double rho = section.number("rho", 7);
    SigmaSchedule schedule;
    try {
      schedule = new SigmaSchedule(steps, sigmaMin, sigmaMax, rho);
    } catch (IllegalArgumentException e) {
      throw section.error(e.getMessage());
    }
    double ema = section.number("ema", 0.10);
    if (!(ema > 0 && ema < 0.28)) {
      throw section.error("ema", "must be above 0 and below 0.28");
    }
    int batch = section.integer("batch", 100);
    if (batch < 1 || batch > 65_536) {
      throw section.error("batch", "must be between 1 and 65536 images");
    }
    long seed = section.longInteger("seed", 0);
    FeatureSpec features = FeatureSpec.read(section, "features");
    Objective objective =
        Objective.of(section.oneOf("objective", Objective.keys(), Objective.FD_PCA.key()));
    Churn churn =
        section.optionalSection("churn").map(EvaluationProtocol::churn).orElse(Churn.NONE);
    Guidance guidance =
        section.optionalSection("guidance").map(Guidance::read).orElse(Guidance.NONE);
    section.rejectUnknown();
    try {
      return new EvaluationProtocol(
          samples, schedule, churn, guidance, ema, batch, seed, features, objective);
    } catch (IllegalArgumentException e) {
      throw section.error("guidance", e.getMessage());
    }
  }

  private static Churn churn(Section section) {
    double amount = section.number("amount");
    double min = section.number("min", Churn.NONE.sigmaMin());
    double max = section.has("max") ? section.number("max") : Churn.NONE.sigmaMax();
    double noise = section.number("noise", Churn.NONE.noise());
    section.rejectUnknown();
    try {
      return new Churn(amount, min, max, noise);
    } catch (IllegalArgumentException e) {
      throw section.error(e.getMessage());
    }
  }

  /** Returns this protocol with other features. */
  public EvaluationProtocol withFeatures(FeatureSpec other) {
    return new EvaluationProtocol(
        samples, schedule, churn, guidance, ema, batch, seed, other, objective);
  }

  /** Returns this protocol with other seeds. */
  public EvaluationProtocol withSeed(long other) {
    return new EvaluationProtocol(
        samples, schedule, churn, guidance, ema, batch, other, features, objective);
  }

  /** Returns this protocol with another length of the averaged weights. */
  public EvaluationProtocol withEma(double other) {
    return new EvaluationProtocol(
        samples, schedule, churn, guidance, other, batch, seed, features, objective);
  }

  /** Returns this protocol with other guidance. */
  public EvaluationProtocol withGuidance(Guidance other) {
    return new EvaluationProtocol(
        samples, schedule, churn, other, ema, batch, seed, features, objective);
  }

  /** Returns this protocol with another number of samples. */
  public EvaluationProtocol withSamples(int other) {
    return new EvaluationProtocol(
        other, schedule, churn, guidance, ema, batch, seed, features, objective);
  }

  /** Returns this protocol with another churn and guidance. */
  public EvaluationProtocol with(Churn otherChurn, Guidance otherGuidance) {
    return new EvaluationProtocol(
        samples, schedule, otherChurn, otherGuidance, ema, batch, seed, features, objective);
  }

  /** Returns the sampler. */
  public HeunSampler sampler() {
    return new HeunSampler(schedule, churn);
  }

  /** Returns the network evaluations of a sample, those of the guide included. */
  public int evaluations() {
    return schedule.evaluations() + guided(schedule, churn, guidance);
  }

  private static int guided(SigmaSchedule schedule, Churn churn, Guidance guidance) {
    return guidance.active()
        ? guidance.interval().count(new HeunSampler(schedule, churn).evaluatedLevels())
        : 0;
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
  public String label(Objective distance, String extractorId) {
    String name =
        distance == Objective.FD ? InceptionWeights.distanceName(extractorId) : distance.label();
    return String.format(Locale.ROOT, "%s@%d (%s)", name, samples, extractorId);
  }

  /**
   * Returns everything that a score depends on, as one line.
   *
   * @param features that images are measured in
   * @param referenceId of the reference images and their number
   */
  public String describe(FeatureExtractor features, String referenceId) {
    StringBuilder text = new StringBuilder();
    // The digest is of this text: it must not depend on the locale's digits.
    text.append(
        String.format(
            Locale.ROOT,
            "%s to %s; features: %s; Heun, %d steps (NFE %d), σ %s to %s, ρ %s; EMA %s; seeds %d to %d, uniform"
                + " labels",
            label(features.id()),
            referenceId,
            features.description(),
            schedule.steps(),
            schedule.evaluations(),
            schedule.sigmaMax(),
            schedule.sigmaMin(),
            schedule.rho(),
            ema,
            seed,
            seed + samples - 1));
    if (guidance.active()) {
      text.append("; ").append(guidance);
      if (!guidance.interval().equals(SigmaInterval.ALL)) {
        text.append(" (NFE ").append(evaluations()).append(')');
      }
    }
    if (churn.active()) {
      text.append(
          "; churn %s where %s ≤ σ ≤ %s, noise %s"
              .formatted(churn.amount(), churn.sigmaMin(), churn.sigmaMax(), churn.noise()));
    }
    return text.toString();
  }

  /** Returns the SHA-256 of {@link #describe}, hexadecimal: equal for comparable scores. */
  public String digest(FeatureExtractor features, String referenceId) {
    return new Sha256().add(describe(features, referenceId)).hex();
  }
}
