package org.edm2search.cli.command;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.edm2search.cli.output.TextTable;
import org.edm2search.eval.Distance;
import org.edm2search.eval.Evaluation;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.Floor;
import org.edm2search.eval.fid.Estimate;
import org.edm2search.eval.reference.CopySearch;

/**
 * What an evaluation found, for people and for programs.
 *
 * @param evaluation of the network's samples
 * @param protocol that they were drawn by
 * @param features that they were measured in
 * @param real what held-out real images score
 * @param copies how many samples are copies
 */
record EvaluationReport(
    Evaluation evaluation,
    EvaluationProtocol protocol,
    String features,
    Optional<Floor> real,
    Optional<CopySearch> copies) {

  /** Returns a table of the distances, and the protocol below. */
  String text() {
    TextTable table = new TextTable("<distance", "value", "95 % interval", "real images");
    for (Distance distance : Distance.values()) {
      Estimate estimate = evaluation.distance(distance);
      table.row(
          protocol.label(distance, features),
          number(estimate.value()),
          estimate.hasDeviation()
              ? "%s to %s".formatted(number(estimate.low()), number(estimate.high()))
              : "",
          real(distance).map(score -> number(score.value())).orElse(""));
    }
    OptionalDouble memorized = memorized();
    return table
        + "density %s, coverage %s%s\n"
            .formatted(
                number(evaluation.densityCoverage().density()),
                number(evaluation.densityCoverage().coverage()),
                memorized.isPresent() ? ", memorized " + number(memorized.getAsDouble()) : "")
        + evaluation.protocol().text()
        + "\n";
  }

  private Optional<Estimate> real(Distance distance) {
    return real.flatMap(floor -> Optional.ofNullable(floor.distances().get(distance)));
  }

  private OptionalDouble memorized() {
    return copies.map(CopySearch::memorizedShare).orElse(OptionalDouble.empty());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }

  /** Returns what was measured beside the samples' distances, by name. */
  Map<String, Double> beside() {
    Map<String, Double> numbers = new LinkedHashMap<>();
    memorized().ifPresent(share -> numbers.put("memorized", share));
    real(evaluation.objective())
        .ifPresent(
            score ->
                numbers.put(
                    protocol.objective().label() + " of held-out real images", score.value()));
    return numbers;
  }

  /** Returns maps, texts and numbers. */
  Map<String, Object> json() {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("score", evaluation.score().value());
    answer.put("score_name", evaluation.protocol().label());
    Map<String, Object> distances = new LinkedHashMap<>();
    for (Distance distance : Distance.values()) {
      Estimate estimate = evaluation.distance(distance);
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("value", estimate.value());
      if (estimate.hasDeviation()) {
        values.put("standard_deviation", estimate.standardDeviation());
        values.put("low", estimate.low());
        values.put("high", estimate.high());
      }
      real(distance).ifPresent(score -> values.put("real_images", score.value()));
      distances.put(distance.key(), values);
    }
    answer.put("distances", distances);
    answer.put("density", evaluation.densityCoverage().density());
    answer.put("coverage", evaluation.densityCoverage().coverage());
    memorized().ifPresent(share -> answer.put("memorized", share));
    answer.put("samples", evaluation.effort().samples());
    answer.put("network_evaluations_per_sample", evaluation.effort().evaluations());
    answer.put("seconds", evaluation.effort().seconds());
    answer.put("protocol", evaluation.protocol().text());
    answer.put("protocol_digest", evaluation.protocol().digest());
    copies.ifPresent(search -> answer.put("held_out_in_training", search.trainedOn()));
    return answer;
  }
}
