package org.edm2search.model.checkpoint;

import java.util.Locale;
import java.util.Map;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.cost.ArchitectureDrawing;
import org.edm2search.space.cost.Cost;
import org.edm2search.space.cost.CostModel;

/** The README of a bundle: a model card as model hubs read it. */
public final class ModelCard {

  private ModelCard() {}

  /**
   * Returns the card as Markdown.
   *
   * @param name name of the model
   * @param dataset what it was trained on
   * @param bundle the model
   * @param facts rows of the training table, by name
   */
  public static String markdown(
      String name, String dataset, ModelBundle bundle, Map<String, String> facts) {
    ArchitectureSpec spec = bundle.model().architecture();
    Cost cost = CostModel.of(spec);
    SamplerConfig sampler = bundle.sampler();
    StringBuilder card = new StringBuilder();
    card.append(
        """
        ---
        library_name: edm2-search
        pipeline_tag: unconditional-image-generation
        tags: [diffusion, edm2, architecture-search]
        datasets: [%s]
        ---

        # %s

        A diffusion U-Net of the EDM2 family whose blocks were found by architecture search.

        ![samples](samples.png)

        | | |
        | --- | --- |
        | images | %d×%d, %s |
        | parameters | %,d |
        | FLOPs per network evaluation and image | %,d (one multiply-add = 1) |
        """
            .formatted(
                dataset,
                name,
                spec.imgResolution(),
                spec.imgResolution(),
                spec.labelDim() == 0
                    ? "unconditional"
                    : spec.labelDim() + " classes: " + String.join(", ", sampler.classes()),
                cost.parameters(),
                cost.multiplyAdds()));
    facts.forEach(
        (key, value) -> card.append("| ").append(key).append(" | ").append(value).append(" |\n"));
    bundle
        .metrics()
        .forEach(
            (key, value) ->
                card.append("| ").append(key).append(" | ").append(text(value)).append(" |\n"));
    card.append(
        """

        ## Draw images

            edm2-search sample PATH_TO_THIS_DIRECTORY --out grid.png

        `model.safetensors` holds averaged weights under EDM2's tensor names, and the architecture in
        its metadata; `sampler.json` the %d-step Heun sampler (σ from %s to %s, ρ = %s%s).
        `SHA256SUMS` lists the files.

        ## Architecture

        ```
        %s
        ```

        ## Limits

        Scores marked `FD` use a small built-in feature extractor: they rank the candidates of one
        campaign and compare with nothing else, least of all with published FID.

        ## References

        Karras et al., *Analyzing and Improving the Training Dynamics of Diffusion Models* (EDM2), 2024,
        arXiv 2312.02696.
        Karras et al., *Elucidating the Design Space of Diffusion-Based Generative Models* (EDM), 2022,
        arXiv 2206.00364.
        """
            .formatted(
                sampler.steps(),
                sampler.sigmaMax(),
                sampler.sigmaMin(),
                sampler.rho(),
                sampler.guidanceWeight() == 1
                    ? ""
                    : ", autoguidance with weight %s by `guide.safetensors`"
                        .formatted(sampler.guidanceWeight()),
                ArchitectureDrawing.of(spec).strip()));
    return card.toString();
  }

  private static String text(Object value) {
    return value instanceof Double number
        ? String.format(Locale.ROOT, "%.6g", number)
        : String.valueOf(value);
  }
}
