package org.edm2search.pipeline.trial;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.Guidance;
import org.edm2search.eval.sampling.Churn;
import org.edm2search.eval.sampling.SigmaInterval;
import org.edm2search.model.Preconditioning;
import org.edm2search.model.checkpoint.SamplerConfig;
import org.edm2search.model.checkpoint.SamplerConfig.GuidanceKind;
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
    Churn churn = protocol.churn();
    Guidance guidance = protocol.guidance();
    return new SamplerConfig(
        protocol.schedule().steps(),
        protocol.schedule().sigmaMin(),
        protocol.schedule().sigmaMax(),
        protocol.schedule().rho(),
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
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("steps", Integer.toString(steps));
    keys.put("sigma_min", Double.toString(sampler.sigmaMin()));
    keys.put("sigma_max", Double.toString(sampler.sigmaMax()));
    keys.put("rho", Double.toString(sampler.rho()));
    keys.put("seed", Long.toString(seed));
    SamplerConfig.Churn churn = sampler.churn();
    SamplerConfig.Guidance guidance = sampler.guidance();
    return EvaluationProtocol.read(Section.of(keys, "sampler"))
        .with(
            new Churn(churn.amount(), churn.min(), churn.max(), churn.noise()),
            Guidance.of(
                guidance.kind().toString(),
                guidance.weight(),
                new SigmaInterval(guidance.low(), guidance.high()),
                new Guidance.Guide.Exported()));
  }
}
