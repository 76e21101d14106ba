package org.edm2search.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import org.edm2search.cli.output.Console;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.model.sampling.Churn;
import org.edm2search.model.sampling.Guidance;
import org.edm2search.model.sampling.Guidance.Guide;
import org.edm2search.model.sampling.Sampling;
import org.edm2search.model.sampling.SigmaInterval;
import picocli.CommandLine.Option;

/** Options that change how a sampler draws: its churn and its guidance. */
final class SamplerOptions {

  @Option(
      names = "--churn",
      paramLabel = "AMOUNT",
      description = "Fresh noise before each step (S_churn of EDM); 0 for none.")
  private Double churn;

  @Option(
      names = "--churn-min",
      paramLabel = "SIGMA",
      description = "Lowest noise level that gets fresh noise. Default: 0.")
  private Double churnMin;

  @Option(
      names = "--churn-max",
      paramLabel = "SIGMA",
      description = "Highest noise level that gets fresh noise. Default: no limit.")
  private Double churnMax;

  @Option(
      names = "--churn-noise",
      paramLabel = "FACTOR",
      description = "Standard deviation of the fresh noise. Default: 1.")
  private Double churnNoise;

  @Option(
      names = "--guidance",
      paramLabel = "WEIGHT",
      description = "Weight of the guidance; 1 for none.")
  private Double weight;

  @Option(
      names = "--guidance-kind",
      paramLabel = "KIND",
      description =
          "autoguidance, by a worse network (default), or classifier-free, by the network without"
              + " its class.")
  private String kind;

  @Option(
      names = "--guidance-interval",
      paramLabel = "LOW,HIGH",
      description = "Noise levels that are guided: LOW < sigma <= HIGH. Default: all.")
  private String interval;

  @Option(
      names = "--guide",
      paramLabel = "SHARE_OR_FILE",
      description =
          "The worse network: the same one after a share of its training, such as 0.25, or another"
              + " checkpoint.")
  private String guide;

  /**
   * Returns a protocol with what was given in place of its own.
   *
   * @throws InvalidUseException if the options contradict each other
   */
  EvaluationProtocol applyTo(EvaluationProtocol protocol) {
    try {
      return protocol.with(
          new Sampling(
              protocol.sampling().schedule(),
              churn(protocol.sampling().churn()),
              guidance(protocol.guidance())));
    } catch (IllegalArgumentException e) {
      throw new InvalidUseException(e.getMessage(), e);
    }
  }

  private Churn churn(Churn base) {
    boolean shaped = churnMin != null || churnMax != null || churnNoise != null;
    if (shaped && churn == null && !base.active()) {
      throw new InvalidUseException("--churn-min, --churn-max and --churn-noise need --churn");
    }
    return new Churn(
        churn == null ? base.amount() : churn,
        churnMin == null ? base.sigmaMin() : churnMin,
        churnMax == null ? base.sigmaMax() : churnMax,
        churnNoise == null ? base.noise() : churnNoise);
  }

  private Guidance guidance(Guidance base) {
    if (weight == null && kind == null && interval == null && guide == null) {
      return base;
    }
    if (weight == null && !base.active()) {
      throw new InvalidUseException(
          "--guidance-kind, --guidance-interval and --guide need --guidance");
    }
    String wanted = kind == null ? base.kind() : kind;
    if (!Guidance.KINDS.contains(wanted)) {
      throw new InvalidUseException(
          "--guidance-kind must be %s or %s, but is '%s'"
              .formatted(Guidance.AUTOGUIDANCE, Guidance.CLASSIFIER_FREE, wanted));
    }
    if (wanted.equals(Guidance.CLASSIFIER_FREE) && guide != null) {
      throw new InvalidUseException("--guide is for autoguidance");
    }
    return Guidance.of(
        wanted,
        weight == null ? base.weight() : weight,
        interval == null ? base.interval() : interval(),
        guide == null ? guide(base) : named(guide));
  }

  private SigmaInterval interval() {
    String[] limits = interval.split(",", -1);
    try {
      if (limits.length == 2) {
        return new SigmaInterval(Double.parseDouble(limits[0]), Double.parseDouble(limits[1]));
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new InvalidUseException(
        "--guidance-interval must be two noise levels such as 0.2,5, but is '%s'"
            .formatted(interval));
  }

  private static Guide guide(Guidance base) {
    return base instanceof Guidance.Autoguidance autoguidance
        ? autoguidance.guide()
        : Guidance.DEFAULT_GUIDE;
  }

  private static Guide named(String text) {
    if (text.matches("\\d*\\.?\\d+")) {
      try {
        return new Guide.Snapshot(Double.parseDouble(text));
      } catch (IllegalArgumentException e) {
        throw new InvalidUseException("--guide " + e.getMessage(), e);
      }
    }
    try {
      return Guide.CheckpointFile.of(Path.of(text));
    } catch (IOException e) {
      throw new InvalidUseException(
          "--guide must be a share of the training or a checkpoint file, but '%s' cannot be read"
              .formatted(text),
          e);
    }
  }

  /**
   * Warns of classifier-free guidance of a network that never learned to do without the class.
   *
   * @param labelDropout share of training images whose class was not told
   */
  static void warnOfUntrained(Console console, EvaluationProtocol protocol, double labelDropout) {
    if (protocol.guidance() instanceof Guidance.ClassifierFree && labelDropout == 0) {
      console.remark(
          "warning: the network was never trained without the class (training.label_dropout), so"
              + " classifier-free guidance has nothing to go by");
    }
  }
}
