package org.edm2search.model.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.edm2search.model.sampling.Churn;
import org.edm2search.model.sampling.Guidance;
import org.edm2search.model.sampling.Sampling;
import org.edm2search.model.sampling.SigmaInterval;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.cost.ArchitectureDrawing;
import org.edm2search.space.cost.Cost;
import org.edm2search.space.cost.CostModel;
import org.edm2search.space.yaml.ArchitectureYaml;
import org.jspecify.annotations.Nullable;

/**
 * The README of a bundle: a model card as model hubs read it. Names and facts may be any text: they
 * neither end a table cell nor reach the front matter unquoted.
 *
 * @param name of the model
 * @param dataset what it was trained on
 * @param license identifier; without it, the choice is left to whoever publishes the model
 * @param training where it comes from, JSON values by key; those that are maps or lists are left to
 *     the file for programs
 * @param warnings what whoever uses it must know, a sentence each
 */
public record ModelCard(
    String name,
    String dataset,
    Optional<String> license,
    Map<String, Object> training,
    List<String> warnings) {

  /** Name of the bundle's picture of the network. */
  public static final String PICTURE = "network.svg";

  /** Name of the program with the model inside, where it fits. */
  public static final String JAR = "sampler.jar";

  /** Name of the network in SameDiff's format, where it fits. */
  public static final String SAME_DIFF = "model.fb";

  private static final String BUILTIN =
      """

      Scores marked `builtin` use a small built-in feature extractor: they rank the candidates of one
      campaign and compare with nothing else, least of all with published FID.
      """;

  private static final String METRICS =
      """

      `metrics.json` has everything that was measured.
      """;

  private static final String REFERENCES =
      """

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

  public ModelCard {
    training = Map.copyOf(training);
    warnings = List.copyOf(warnings);
  }

  /**
   * Returns the card of a bundle as Markdown.
   *
   * @param files in its directory: a large model is without those that cannot hold it
   */
  public String of(ModelBundle bundle, Set<String> files) {
    Map<String, Object> origin = new LinkedHashMap<>();
    origin.put("data", dataset);
    training.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .filter(fact -> fact.getValue() instanceof String || fact.getValue() instanceof Number)
        .filter(fact -> !fact.getKey().equals("device"))
        .forEach(fact -> origin.put(fact.getKey().replace('_', ' '), fact.getValue()));
    return CardFrontMatter.of(name, dataset, license, bundle)
        + description(bundle)
        + use(bundle, files)
        + "## Evaluation\n\n"
        + evaluation(bundle.metrics())
        + "\n## Training\n\n"
        + table(origin)
        + "\n`training.json` has seed, versions, digests and FLOPs by purpose; `recipe.yaml`, where it is"
        + "\nthere, the data set, recipe and protocol.\n\n"
        + architecture(bundle.model().architecture())
        + limits(bundle.metrics())
        + REFERENCES;
  }

  /** What was measured, and what it compares with. */
  private String evaluation(Map<String, Object> metrics) {
    Map<String, Object> rows = scores(metrics);
    if (rows.isEmpty()) {
      return "No score was recorded with these weights.\n";
    }
    String notes =
        warnings.stream().map(text -> "\n> " + cell(text) + ".\n").collect(Collectors.joining());
    boolean builtin = rows.keySet().stream().anyMatch(name -> name.contains("(builtin "));
    return table(rows) + notes + (builtin ? BUILTIN : "") + METRICS;
  }

  /** A trial was trained shortly and selected by its score; what was trained later was not. */
  private String limits(Map<String, Object> metrics) {
    String selection = "";
    if (metrics.containsKey("standing")) {
      selection =
          "It was trained under the small budget of a search and was selected by the\n"
              + "score above, which flatters it a little. ";
    } else if (training.containsKey("genotype")) {
      selection = "Its architecture was selected by scores of short trainings. ";
    }
    return """

        ## Limits

        The model shows what its training data shows, with its gaps and biases, and may repeat
        training images. %sDo not use it where a wrong image does harm.
        """
        .formatted(selection);
  }

  private static Map<String, Object> scores(Map<String, Object> metrics) {
    Map<String, Object> rows = new LinkedHashMap<>();
    if (metrics.get("score") instanceof Map<?, ?> score) {
      String interval =
          score.containsKey("low_95")
              ? " (95 %% interval over samples %s to %s)"
                  .formatted(text(score.get("low_95")), text(score.get("high_95")))
              : "";
      rows.put(text(score.get("name")), text(score.get("value")) + interval);
      rows.put("how it was measured", score.get("protocol"));
    }
    if (metrics.get("finalist") instanceof Map<?, ?> chosen) {
      finalist(rows, chosen, metrics.get("runs") instanceof List<?> runs ? runs.size() : 1);
    }
    if (metrics.get("standing") instanceof Map<?, ?> standing) {
      rows.put("rank", "%s of %s".formatted(standing.get("rank"), standing.get("of")));
      rows.put(
          "typical score of the architecture over trainings",
          "%s (95 %% interval %s to %s)"
              .formatted(
                  text(standing.get("typical")),
                  text(standing.get("low_95")),
                  text(standing.get("high_95"))));
    }
    if (metrics.get("half_precision") instanceof Map<?, ?> half) {
      rows.put(
          "error of the weights in half precision",
          "at σ = %s: at most %s, RMS %s of a pixel's value"
              .formatted(
                  texts(half.get("sigma")),
                  texts(half.get("max_error")),
                  texts(half.get("rms_error"))));
    }
    if (metrics.get("quantities") instanceof Map<?, ?> quantities) {
      quantities.forEach((key, value) -> rows.put(text(key).replace('_', ' '), value));
    }
    return rows;
  }

  /** What fresh samples score: of this network and, where others trained it again, of them all. */
  private static void finalist(Map<String, Object> rows, Map<?, ?> chosen, int trainings) {
    String name = text(chosen.get("score_name"));
    if (trainings > 1 && chosen.get("own_block") instanceof Map<?, ?> own) {
      rows.put(
          name + ", on seeds that nothing was chosen on",
          "%s ± %s".formatted(text(own.get("score")), text(own.get("deviation"))));
    }
    rows.put(
        trainings > 1
            ? "%s, of all %d trainings of the architecture".formatted(name, trainings)
            : name + ", on seeds that nothing was chosen on",
        "%s ± %s".formatted(text(chosen.get("mean")), text(chosen.get("standard_deviation"))));
  }

  private static String texts(@Nullable Object values) {
    return values instanceof List<?> list
        ? list.stream().map(ModelCard::text).collect(Collectors.joining(", "))
        : text(values);
  }

  private String description(ModelBundle bundle) {
    ArchitectureSpec spec = bundle.model().architecture();
    Cost cost = CostModel.of(spec);
    Map<String, Object> rows = new LinkedHashMap<>();
    rows.put(
        "images", "%1$d×%1$d, channels: %2$d".formatted(spec.imgResolution(), spec.imgChannels()));
    rows.put("classes", classes(spec, bundle.sampler()));
    rows.put(
        "parameters",
        String.format(Locale.ROOT, "%,d", cost.parameters())
            + (bundle.model().isHalfPrecision() ? ", in half precision" : ""));
    rows.put(
        "FLOPs per network evaluation and image",
        String.format(Locale.ROOT, "%,d (one multiply-add = 1)", cost.multiplyAdds()));
    return """
        # %s

        A diffusion U-Net of the EDM2 family%s. It
        draws small images from noise; it is meant for study and comparison.

        ![samples](samples.png)

        """
            .formatted(
                cell(name),
                training.containsKey("genotype")
                    ? " whose blocks were found by architecture search"
                    : "")
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

  private static String use(ModelBundle bundle, Set<String> files) {
    Sampling sampling = bundle.sampler().sampling();
    return """

        ## Draw images

            python sample.py --n 64 --seed 1 --out grid.png       # NumPy and onnxruntime
            node sample.mjs --n 64 --seed 1 --out grid.png        # onnxruntime-node
        %s    edm2-search sample PATH_TO_THIS_DIRECTORY --out grid.png

        `model.onnx` is the denoiser for any ONNX runtime: `x`, `sigma` and, with classes,
        `class_labels` to `denoised`. In PyTorch it is

            from modeling import load
            denoised = load("model.safetensors")(x, sigma, class_labels)

        %s The
        same seed draws the same images everywhere; `test_vectors.safetensors` holds numbers to
        compare with.

        `model.safetensors` holds averaged weights under EDM2's tensor names, and the
        architecture in its metadata; `sampler.json` the %d-step Heun sampler (σ from %s to %s,
        ρ = %s%s). `SHA256SUMS` lists the files.

        """
        .formatted(
            files.contains(JAR)
                ? "    java -jar sampler.jar --n 64 --seed 1 --out grid.png  # Java 17, Linux on x64\n"
                : "",
            forJava(files),
            sampling.schedule().steps(),
            sampling.schedule().sigmaMax(),
            sampling.schedule().sigmaMin(),
            sampling.schedule().rho(),
            churn(sampling.churn()) + guidance(sampling.guidance()));
  }

  private static String forJava(Set<String> files) {
    String nd4j =
        files.contains(SAME_DIFF)
            ? "`model.fb` is the same for ND4J, by `Denoise.java`."
            : "There is no `model.fb` for ND4J: the model is too large for such a file.";
    return nd4j
        + (files.contains(JAR)
            ? " `Sample.java` is the jar's source."
            : " `Sample.java` draws with ONNX Runtime's jar; there is no `sampler.jar`, since the"
                + " weights lie in `model.onnx.data`.");
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
        + "![network](%s)\n\n".formatted(PICTURE)
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

  private static String text(@Nullable Object value) {
    if (!(value instanceof Double number)) {
      return String.valueOf(value);
    }
    if (number == Math.rint(number) && Math.abs(number) < MOST_WHOLE) {
      return String.format(Locale.ROOT, "%.0f", number);
    }
    // Zeros at the end say nothing: 0.05 is a setting, and no measurement of six digits.
    return String.format(Locale.ROOT, "%.6g", number)
        .replaceFirst("(\\.\\d*?)0+(e|$)", "$1$2")
        .replaceFirst("\\.(e|$)", "$1");
  }

  /** Keeps a text on one line and inside its table cell. */
  private static String cell(String text) {
    return text.replaceAll("\\s*\\R\\s*", " ").replace("|", "\\|").replace("<", "&lt;");
  }
}
