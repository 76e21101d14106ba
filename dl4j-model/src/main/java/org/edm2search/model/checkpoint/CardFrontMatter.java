package org.edm2search.model.checkpoint;

import java.util.Map;
import java.util.Optional;

/**
 * The YAML that model hubs index, before a card's text: Hugging Face's model card metadata, with
 * its model-index.
 */
final class CardFrontMatter {

  private static final String UNCONDITIONAL = "unconditional-image-generation";

  /** What hubs call data sets that we call otherwise; a user's own files have no name there. */
  private static final Map<String, String> HUB_NAMES =
      Map.of("fashion-mnist", "zalando-datasets/fashion_mnist");

  private CardFrontMatter() {}

  static String of(String name, String dataset, Optional<String> license, ModelBundle bundle) {
    boolean conditional = bundle.model().architecture().labelDim() > 0;
    String task = conditional ? "image-generation" : UNCONDITIONAL;
    String hub = HUB_NAMES.getOrDefault(dataset, "");
    StringBuilder text = new StringBuilder("---\n");
    text.append(
        license
            .map("license: %s\n"::formatted)
            .orElse("# Add the line \"license: ...\" before you publish: the choice is yours.\n"));
    text.append("library_name: edm2-search\n");
    if (!conditional) {
      text.append("pipeline_tag: ").append(UNCONDITIONAL).append('\n');
    }
    text.append("tags: [diffusion, edm2, architecture-search, safetensors, onnx");
    text.append(conditional ? ", class-conditional]\n" : "]\n");
    if (!hub.isEmpty()) {
      text.append("datasets: [").append(quoted(hub)).append("]\n");
    }
    text.append(modelIndex(name, task, hub.isEmpty() ? "custom" : hub, dataset, bundle.metrics()));
    return text.append("---\n\n").toString();
  }

  private static String modelIndex(
      String name, String task, String type, String dataset, Map<String, Object> metrics) {
    if (!(metrics.get("score") instanceof Map<?, ?> score)
        || !(score.get("value") instanceof Number value)
        || !(score.get("name") instanceof String metric)) {
      return "";
    }
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
            metric.startsWith("FID") ? "fid" : "frechet-distance",
            quoted(metric),
            value);
  }

  /** Returns a YAML scalar in double quotes. */
  private static String quoted(String text) {
    return '"'
        + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}+", " ")
        + '"';
  }
}
