package org.edm2search.cli.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.edm2search.model.profile.NetworkProfile;
import org.edm2search.model.profile.Pass;
import org.edm2search.model.profile.PassProfile;
import org.edm2search.model.profile.PassResult;
import org.edm2search.space.architecture.Presets;

/**
 * Profiles of networks beside each other.
 *
 * @param threads of the numerical library
 * @param matrixMultiplyPeak multiply-adds per second of a large matrix product
 * @param profiles of at least one network
 */
record ProfileReport(int threads, double matrixMultiplyPeak, List<NetworkProfile> profiles) {

  /** Seconds of one network evaluation on the paper's CPU (EDM2+ paper, Table 4). */
  private static final Map<String, Double> PAPER_SECONDS = Map.of("A", 2.069, "G*", 0.998);

  ProfileReport {
    profiles = List.copyOf(profiles);
  }

  /** Returns whether every measurement succeeded. */
  boolean complete() {
    return failures().isEmpty();
  }

  List<String> failures() {
    return profiles.stream()
        .flatMap(
            profile ->
                profile.passes().stream()
                    .filter(result -> result.profile().isEmpty())
                    .map(
                        result ->
                            "%s, %s: %s"
                                .formatted(
                                    profile.name(), title(result.asked()), result.failure())))
        .toList();
  }

  static String title(Pass pass) {
    return "%s, batch %d".formatted(name(pass), pass.batch());
  }

  private static String name(Pass pass) {
    return switch (pass.kind()) {
      case DENOISING -> pass.batch() == 1 ? "latency" : "throughput";
      case TRAINING -> "training";
    };
  }

  double flopsPerSecond(NetworkProfile network, PassProfile profile) {
    return profile.multiplyAddsPerSecond(network.cost().multiplyAdds());
  }

  double share(NetworkProfile network, PassProfile profile) {
    return flopsPerSecond(network, profile) / matrixMultiplyPeak;
  }

  static OptionalDouble paperSeconds(NetworkProfile profile) {
    return PAPER_SECONDS.entrySet().stream()
        .filter(entry -> Presets.of(entry.getKey()).equals(profile.architecture()))
        .mapToDouble(Map.Entry::getValue)
        .findFirst();
  }

  /** Returns maps, lists, texts and numbers. */
  Map<String, Object> json() {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("threads", threads);
    answer.put("matrix_multiply_flops_per_second", matrixMultiplyPeak);
    answer.put("networks", profiles.stream().map(this::json).toList());
    return answer;
  }

  private Map<String, Object> json(NetworkProfile network) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("name", network.name());
    answer.put("parameters", network.cost().parameters());
    answer.put("flops", network.cost().multiplyAdds());
    for (PassResult result : network.passes()) {
      answer.put(name(result.asked()), fields(network, result));
    }
    paperSeconds(network).ifPresent(seconds -> answer.put("paper_latency_seconds", seconds));
    return answer;
  }

  /** The fields of a measurement, in the order of the columns. */
  private Map<String, Object> fields(NetworkProfile network, PassResult result) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("asked_batch", result.asked().batch());
    if (result.profile().isEmpty()) {
      fields.put("failure", result.failure());
      return fields;
    }
    PassProfile profile = result.profile().get();
    fields.put("batch", profile.pass().batch());
    fields.put("runs", profile.seconds().size());
    fields.put("median_seconds", profile.medianSeconds());
    fields.put("least_seconds", profile.leastSeconds());
    fields.put("most_seconds", profile.mostSeconds());
    fields.put("images_per_second", profile.imagesPerSecond());
    fields.put("flops_per_second", flopsPerSecond(network, profile));
    fields.put("share_of_matrix_multiply", share(network, profile));
    profile.residentBytes().ifPresent(bytes -> fields.put("peak_resident_bytes", bytes));
    fields.put("weight_bytes", profile.weightBytes());
    fields.put("plan_bytes", profile.planBytes());
    return fields;
  }

  private static final List<String> COLUMNS =
      List.of(
          "asked_batch",
          "batch",
          "runs",
          "median_seconds",
          "least_seconds",
          "most_seconds",
          "images_per_second",
          "flops_per_second",
          "share_of_matrix_multiply",
          "peak_resident_bytes",
          "weight_bytes",
          "plan_bytes",
          "failure");

  /** Returns a line for each measurement, ended by CR LF. */
  String csv() {
    StringBuilder csv = new StringBuilder();
    Stream<String> own = Stream.of("name", "parameters", "flops", "measurement");
    line(csv, Stream.concat(own, COLUMNS.stream()));
    for (NetworkProfile network : profiles) {
      for (PassResult result : network.passes()) {
        Map<String, Object> fields = fields(network, result);
        line(
            csv,
            Stream.concat(
                Stream.of(
                    network.name(),
                    network.cost().parameters(),
                    network.cost().multiplyAdds(),
                    name(result.asked())),
                COLUMNS.stream().map(column -> fields.getOrDefault(column, ""))));
      }
    }
    return csv.toString();
  }

  private static void line(StringBuilder csv, Stream<?> cells) {
    csv.append(
            cells
                .map(Object::toString)
                .map(
                    cell ->
                        cell.matches("(?s).*[\",\r\n].*")
                            ? '"' + cell.replace("\"", "\"\"") + '"'
                            : cell)
                .collect(Collectors.joining(",")))
        .append("\r\n");
  }
}
