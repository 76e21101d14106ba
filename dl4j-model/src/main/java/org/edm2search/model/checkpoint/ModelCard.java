package org.edm2search.model.checkpoint;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.edm2search.model.sampling.Churn;
import org.edm2search.model.sampling.Guidance;
import org.edm2search.model.sampling.Sampling;
import org.edm2search.model.sampling.SigmaInterval;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.cost.ArchitectureDrawing;
import org.edm2search.space.cost.Cost;
import org.edm2search.space.cost.CostModel;
import org.edm2search.space.yaml.ArchitectureYaml;

/** The README of a bundle: a model card as model hubs read it. */
public final class ModelCard {

  private static final String SCORES =
      """

      Scores marked `FD` use a small built-in feature extractor: they rank the candidates of one
      campaign and compare with nothing else, least of all with published FID.
      """;

  private static final String CLOSING =
      """

      ## Limits

      The model shows what its training data shows, with its gaps and biases, and may repeat
      training images. It was trained under the small budget of a search and was selected by the
      score above, which flatters it a little. Do not use it where a wrong image does harm.

      ## References

      - Karras et al., *Analyzing and Improving the Training Dynamics of Diffusion Models* (EDM2), 2024,
        arXiv 2312.02696.
      - *EDM2+: Exploring Efficient Diffusion Model Architectures for Visual Generation*, 2024,
        openreview.net/forum?id=T1MTmAlF7x, whose grammar of separable blocks was searched.
      - Karras et al., *Guiding a Diffusion Model with a Bad Version of Itself* (autoguidance), 2024.
      - Karras et al., *Elucidating the Design Space of Diffusion-Based Generative Models* (EDM), 2022,
        arXiv 2206.00364.
      """;

  /** Whole numbers below this are shown with all their digits. */
  private static final double MOST_WHOLE = 1e9;

  private static final String UNCONDITIONAL = "unconditional-image-generation";

  /** What hubs call data sets that we call otherwise; a user's own files have no name there. */
  private static final Map<String, String> HUB_NAMES =
      Map.of("fashion-mnist", "zalando-datasets/fashion_mnist");

  private ModelCard() {}

  /**
   * Returns the card as Markdown. Names and facts may be any text: they neither end a table cell
   * nor reach the front matter unquoted. The license is left to whoever publishes the model.
   *
   * @param name name of the model
   * @param dataset what it was trained on
   * @param bundle the model
   * @param facts rows of the training table, by name
   */
  public static String markdown(
      String name, String dataset, ModelBundle bundle, Map<String, String> facts) {
    Map<String, Object> training = new LinkedHashMap<>();
    training.put("data", dataset);
    training.putAll(facts);
    return frontMatter(name, dataset, bundle)
        + description(name, bundle)
        + "\n## Training\n\n"
        + table(training)
        + "\n## Evaluation\n\n"
        + table(bundle.metrics())
        + SCORES
        + use(bundle)
        + architecture(bundle.model().architecture())
        + CLOSING;
  }

  /** The keys that model hubs index (Hugging Face's model card metadata, with its model-index). */
  private static String frontMatter(String name, String dataset, ModelBundle bundle) {
    boolean conditional = bundle.model().architecture().labelDim() > 0;
    String task = conditional ? "image-generation" : UNCONDITIONAL;
    String hub = HUB_NAMES.getOrDefault(dataset, "");
    StringBuilder text = new StringBuilder("---\n");
    text.append("# Add the line \"license: ...\" before you publish: the choice is yours.\n");
    text.append("library_name: edm2-search\n");
    if (!conditional) {
      text.append("pipeline_tag: ").append(UNCONDITIONAL).append('\n');
    }
    text.append("tags: [diffusion, edm2, architecture-search, safetensors");
    text.append(conditional ? ", class-conditional]\n" : "]\n");
    if (!hub.isEmpty()) {
      text.append("datasets: [").append(quoted(hub)).append("]\n");
    }
    text.append(modelIndex(name, task, hub.isEmpty() ? "custom" : hub, dataset, bundle.metrics()));
    return text.append("---\n\n").toString();
  }

  /** The first metric of a bundle is its score. */
  private static String modelIndex(
      String name, String task, String type, String dataset, Map<String, Object> metrics) {
    for (Map.Entry<String, Object> metric : metrics.entrySet()) {
      if (metric.getValue() instanceof Number value && Double.isFinite(value.doubleValue())) {
        return """
            model-index:
              - name: %s
                results:
                  - task: {type: %s}
                    dataset: {type: %s, name: %s}
                    metrics:
                      - {type: %s, name: %s, value: %s}
            """
            .formatted(
                quoted(name),
                task,
                quoted(type),
                quoted(dataset),
                metric.getKey().startsWith("FID") ? "fid" : "frechet-distance",
                quoted(metric.getKey()),
                value);
      }
    }
    return "";
  }

  private static String description(String name, ModelBundle bundle) {
    ArchitectureSpec spec = bundle.model().architecture();
    Cost cost = CostModel.of(spec);
    Map<String, Object> rows = new LinkedHashMap<>();
    rows.put(
        "images", "%1$d×%1$d, channels: %2$d".formatted(spec.imgResolution(), spec.imgChannels()));
    rows.put("classes", classes(spec, bundle.sampler()));
    rows.put("parameters", String.format(Locale.ROOT, "%,d", cost.parameters()));
    rows.put(
        "FLOPs per network evaluation and image",
        String.format(Locale.ROOT, "%,d (one multiply-add = 1)", cost.multiplyAdds()));
    return """
        # %s

        A diffusion U-Net of the EDM2 family whose blocks were found by architecture search. It
        draws small images from noise; it is meant for study and comparison.

        ![samples](samples.png)

        """
            .formatted(cell(name))
        + table(rows);
  }

  private static String classes(ArchitectureSpec spec, SamplerConfig sampler) {
    if (spec.labelDim() == 0) {
      return "none, unconditional";
    }
    return sampler.classes().isEmpty()
        ? Integer.toString(spec.labelDim())
        : spec.labelDim() + ": " + String.join(", ", sampler.classes());
  }

  private static String use(ModelBundle bundle) {
    Sampling sampling = bundle.sampler().sampling();
    return """

        ## Draw images

            python sample.py --n 64 --seed 1 --out grid.png       # NumPy and onnxruntime
            java -jar sampler.jar --n 64 --seed 1 --out grid.png  # Java 17, Linux on x64
            edm2-search sample PATH_TO_THIS_DIRECTORY --out grid.png

        `model.onnx` is the denoiser for any ONNX runtime: `x`, `sigma` and, with classes,
        `class_labels` to `denoised`. In PyTorch it is

            from modeling import load
            denoised = load("model.safetensors")(x, sigma, class_labels)

        `Sample.java` is the jar's source. The same seed draws the same images everywhere;
        `test_vectors.safetensors` holds numbers to compare with.

        `model.safetensors` holds averaged weights (float32) under EDM2's tensor names, and the
        architecture in its metadata; `sampler.json` the %d-step Heun sampler (σ from %s to %s,
        ρ = %s%s). `SHA256SUMS` lists the files.

        """
        .formatted(
            sampling.schedule().steps(),
            sampling.schedule().sigmaMax(),
            sampling.schedule().sigmaMin(),
            sampling.schedule().rho(),
            churn(sampling.churn()) + guidance(sampling.guidance()));
  }

  private static String churn(Churn churn) {
    return !churn.active()
        ? ""
        : ", churn %s for σ from %s to %s, noise %s"
            .formatted(churn.amount(), churn.sigmaMin(), churn.sigmaMax(), churn.noise());
  }

  private static String guidance(Guidance guidance) {
    if (!guidance.active()) {
      return "";
    }
    String kind =
        guidance instanceof Guidance.Autoguidance
            ? ", autoguidance with weight %s by `guide.safetensors`".formatted(guidance.weight())
            : ", classifier-free guidance with weight %s".formatted(guidance.weight());
    SigmaInterval interval = guidance.interval();
    return interval.equals(SigmaInterval.ALL)
        ? kind
        : "%s where %s < σ ≤ %s".formatted(kind, interval.low(), interval.high());
  }

  private static String architecture(ArchitectureSpec spec) {
    return "## Architecture\n\n"
        + table(ArchitectureYaml.toMetadata(spec))
        + "\n```\n"
        + ArchitectureDrawing.of(spec).strip()
        + "\n```\n";
  }

  private static String table(Map<String, ?> rows) {
    StringBuilder table = new StringBuilder("| | |\n| --- | --- |\n");
    rows.forEach(
        (key, value) ->
            table
                .append("| ")
                .append(cell(key))
                .append(" | ")
                .append(cell(text(value)))
                .append(" |\n"));
    return table.toString();
  }

  private static String text(Object value) {
    if (!(value instanceof Double number)) {
      return String.valueOf(value);
    }
    boolean whole = number == Math.rint(number) && Math.abs(number) < MOST_WHOLE;
    return String.format(Locale.ROOT, whole ? "%.0f" : "%.6g", number);
  }

  /** Keeps a text on one line and inside its table cell. */
  private static String cell(String text) {
    return text.replaceAll("\\s*\\R\\s*", " ").replace("|", "\\|").replace("<", "&lt;");
  }

  /** Returns a YAML scalar in double quotes. */
  private static String quoted(String text) {
    return '"'
        + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}+", " ")
        + '"';
  }
}
