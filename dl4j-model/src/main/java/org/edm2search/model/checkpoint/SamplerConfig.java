package org.edm2search.model.checkpoint;

import java.util.List;
import org.edm2search.model.sampling.Guidance;
import org.edm2search.model.sampling.Guidance.Autoguidance;
import org.edm2search.model.sampling.Guidance.Guide;
import org.edm2search.model.sampling.Sampling;

/**
 * How to draw images from an exported network.
 *
 * @param sampling noise levels, churn and guidance; the guide is the exported one
 * @param labelDropout share of training images whose class was not told; classifier-free guidance
 *     needs some
 * @param classes names of the classes; empty for an unconditional network
 */
public record SamplerConfig(Sampling sampling, double labelDropout, List<String> classes) {

  public SamplerConfig {
    classes = List.copyOf(classes);
    if (sampling.guidance() instanceof Autoguidance guided) {
      sampling =
          sampling.with(new Autoguidance(guided.weight(), guided.interval(), new Guide.Exported()));
    }
    if (!(labelDropout >= 0 && labelDropout < 1)) {
      throw new IllegalArgumentException(
          "label_dropout must be at least 0 and below 1, but is " + labelDropout);
    }
  }

  /** Returns the guidance of the network. */
  Guidance guidance() {
    return sampling.guidance();
  }
}
