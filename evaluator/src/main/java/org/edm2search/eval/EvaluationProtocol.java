package org.edm2search.eval;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.edm2search.eval.inception.InceptionWeights;
import org.edm2search.eval.sampling.Churn;
import org.edm2search.eval.sampling.SigmaSchedule;
import org.edm2search.space.yaml.Section;

/**
 * How every candidate of a campaign is scored: its {@code evaluation} section. Scores compare only
 * under equal protocols.
 *
 * @param samples images drawn
 * @param schedule noise levels of the sampler
 * @param churn stochasticity of the sampler
 * @param guidance autoguidance
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

  private static final double DEFAULT_SNAPSHOT = 0.25;

  /** The worse network of autoguidance. */
  public sealed interface Guide {

    /** The same network after a share of its training. */
    record Snapshot(double share) implements Guide {
      @Override
      public String toString() {
        return "the network after %s of its training".formatted(share);
      }
    }

    /** Another network, such as a smaller one: a checkpoint file and its SHA-256. */
    record CheckpointFile(Path file, String sha256) implements Guide {
      @Override
      public String toString() {
        return "checkpoint " + sha256;
      }
    }
  }

  /**
   * Autoguidance.
   *
   * @param weight 1 for none
   * @param guide the worse network
   */
  public record Guidance(double weight, Guide guide) {

    /** No guidance. */
    public static final Guidance NONE = new Guidance(1, new Guide.Snapshot(1));

    /** Returns whether a guide is used. */
    public boolean active() {
      return weight != 1;
    }
  }

  /**
   * Reads an {@code evaluation} section.
   *
   * @throws org.edm2search.space.yaml.InvalidConfigException naming the key and the rule
   */
  public static EvaluationProtocol read(Section section) {
    int samples = section.integer("samples", 1000);
    if (samples < 2 || samples > 1_000_000) {
      throw section.error("samples", "must be between 2 and 1000000");
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
    Guidance guidance =
        section.optionalSection("guidance").map(EvaluationProtocol::guidance).orElse(Guidance.NONE);
    section.rejectUnknown();
    return new EvaluationProtocol(
        samples, schedule, Churn.NONE, guidance, ema, batch, seed, features, objective);
  }

  private static Guidance guidance(Section section) {
    double weight = section.number("weight");
    if (!(weight >= 0 && weight <= 100)) {
      throw section.error("weight", "must be between 0 and 100; 1 is no guidance");
    }
    Guide guide =
        section
            .optionalSection("guide")
            .map(EvaluationProtocol::guide)
            .orElse(new Guide.Snapshot(DEFAULT_SNAPSHOT));
    section.rejectUnknown();
    return weight == 1 ? Guidance.NONE : new Guidance(weight, guide);
  }

  private static Guide guide(Section section) {
    boolean another = section.has("checkpoint");
    if (another && section.has("snapshot")) {
      throw section.error("checkpoint", "cannot be given together with snapshot");
    }
    Guide guide = another ? checkpoint(section) : snapshot(section);
    section.rejectUnknown();
    return guide;
  }

  private static Guide snapshot(Section section) {
    double share = section.number("snapshot", DEFAULT_SNAPSHOT);
    if (!(share > 0 && share <= 1)) {
      throw section.error("snapshot", "must be above 0 and at most 1: a share of the training");
    }
    return new Guide.Snapshot(share);
  }

  private static Guide checkpoint(Section section) {
    Path file = Path.of(section.string("checkpoint"));
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest sha = sha256();
      in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), sha));
      return new Guide.CheckpointFile(file, HexFormat.of().formatHex(sha.digest()));
    } catch (IOException e) {
      throw section.error("checkpoint", "must be a checkpoint file, but cannot be read");
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
   * @param extractorId of the features
   * @param referenceId of the reference images and their number
   */
  public String describe(String extractorId, String referenceId) {
    StringBuilder text = new StringBuilder();
    // The digest is of this text: it must not depend on the locale's digits.
    text.append(
        String.format(
            Locale.ROOT,
            "%s to %s; Heun, %d steps (NFE %d), σ %s to %s, ρ %s; EMA %s; seeds %d to %d, uniform"
                + " labels",
            label(extractorId),
            referenceId,
            schedule.steps(),
            schedule.evaluations(),
            schedule.sigmaMax(),
            schedule.sigmaMin(),
            schedule.rho(),
            ema,
            seed,
            seed + samples - 1));
    if (guidance.active()) {
      text.append("; autoguidance %s by %s".formatted(guidance.weight(), guidance.guide()));
    }
    if (churn.amount() > 0) {
      text.append("; ").append(churn);
    }
    return text.toString();
  }

  /** Returns the SHA-256 of {@link #describe}, hexadecimal: equal for comparable scores. */
  public String digest(String extractorId, String referenceId) {
    byte[] text = describe(extractorId, referenceId).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(sha256().digest(text));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
