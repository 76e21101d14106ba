package org.edm2search.pipeline.trial;

import java.util.List;
import java.util.Map;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.model.Preconditioning;
import org.edm2search.model.checkpoint.SamplerConfig;
import org.edm2search.model.checkpoint.SamplerConfig.GuidanceKind;
import org.edm2search.model.sampling.Churn;
import org.edm2search.model.sampling.Guidance;
import org.edm2search.model.sampling.Sampling;
import org.edm2search.model.sampling.SigmaInterval;
import org.edm2search.model.sampling.SigmaSchedule;
import org.edm2search.space.yaml.Section;

/** A protocol's sampler as a bundle carries it, and back. */
public final class ExportedSampler {

  private ExportedSampler() {}

  /**
   * Returns how a bundle's images are drawn.
   *
   * @param labelDropout share of training images whose class was not told
   * @param classes names; empty for an unconditional network
   */
  public static SamplerConfig of(
      EvaluationProtocol protocol, double labelDropout, List<String> classes) {
    Churn churn = protocol.sampling().churn();
    Guidance guidance = protocol.guidance();
    return new SamplerConfig(
        protocol.sampling().schedule().steps(),
        protocol.sampling().schedule().sigmaMin(),
        protocol.sampling().schedule().sigmaMax(),
        protocol.sampling().schedule().rho(),
        new SamplerConfig.Churn(churn.amount(), churn.sigmaMin(), churn.sigmaMax(), churn.noise()),
        new SamplerConfig.Guidance(
            guidance instanceof Guidance.ClassifierFree
                ? GuidanceKind.CLASSIFIER_FREE
                : GuidanceKind.AUTOGUIDANCE,
            guidance.weight(),
            guidance.interval().low(),
            guidance.interval().high()),
        labelDropout,
        Preconditioning.SIGMA_DATA,
        classes);
  }

  /**
   * Returns the protocol that draws a bundle's images.
   *
   * @param steps of the sampler
   * @param seed of the first image
   */
  public static EvaluationProtocol protocol(SamplerConfig sampler, int steps, long seed) {
    SamplerConfig.Churn churn = sampler.churn();
    SamplerConfig.Guidance guidance = sampler.guidance();
    return EvaluationProtocol.read(Section.of(Map.of("seed", Long.toString(seed)), "sampler"))
        .with(
            new Sampling(
                new SigmaSchedule(steps, sampler.sigmaMin(), sampler.sigmaMax(), sampler.rho()),
                new Churn(churn.amount(), churn.min(), churn.max(), churn.noise()),
                Guidance.of(
                    guidance.kind().toString(),
                    guidance.weight(),
                    new SigmaInterval(guidance.low(), guidance.high()),
                    new Guidance.Guide.Exported())));
  }
}
