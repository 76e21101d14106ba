package org.edm2search.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.cli.output.Console;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.model.checkpoint.ModelCard;
import org.edm2search.pipeline.release.ModelExport;

/**
 * What an export says when it is done.
 *
 * @param json whether for programs
 */
record ExportText(Console console, boolean json) {

  /**
   * Says what was written.
   *
   * @param trial that was exported, if it was one
   * @param why EMA length and guidance are what they are
   */
  void print(Path target, Optional<Trial> trial, ModelExport model, String why) {
    EvaluationProtocol protocol = model.protocol();
    if (json) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("bundle", target.toString());
      trial.ifPresent(exported -> answer.put("trial", exported.number()));
      answer.put("ema", protocol.ema());
      answer.put("guidance", protocol.guidance().weight());
      answer.put("warnings", model.warnings());
      console.printJson(answer);
    } else {
      console.print(
          "%s: %s", trial.map(exported -> "trial " + exported.number()).orElse("model"), target);
      console.print("EMA %s, %s (%s)", protocol.ema(), protocol.guidance(), why);
      console.print(
          "model.onnx %s, sampler.jar %s", size(target, "model.onnx"), size(target, "sampler.jar"));
      List<String> without =
          Stream.of(ModelCard.SAME_DIFF, ModelCard.JAR)
              .filter(name -> !Files.exists(target.resolve(name)))
              .toList();
      if (!without.isEmpty()) {
        console.print(
            "without %s: the model is too large for such a file", String.join(" and ", without));
      }
      console.remark("draw images:  %s sample %s --out grid.png", console.program(), target);
    }
    warn(model);
  }

  private static String size(Path target, String name) {
    try {
      return Amounts.count(Files.size(target.resolve(name))) + "B";
    } catch (IOException e) {
      return "none";
    }
  }

  /** Says what was written of a Pareto front. */
  void printFront(Path target, List<ModelExport> models) {
    if (json) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("directory", target.toString());
      answer.put(
          "bundles",
          models.stream().map(model -> target.resolve(model.name()).toString()).toList());
      console.printJson(answer);
    } else {
      console.print(
          "%d model%s: %s",
          models.size(), models.size() == 1 ? "" : "s", target.resolve("index.html"));
    }
    models.forEach(this::warn);
  }

  private void warn(ModelExport model) {
    model.warnings().forEach(warning -> console.remark("warning: %s", warning));
  }
}
