package org.edm2search.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.cli.output.TextTable;
import org.edm2search.model.profile.NetworkProfile;
import org.edm2search.model.profile.Pass;
import org.edm2search.model.profile.PassProfile;
import org.edm2search.model.profile.PassResult;
import org.edm2search.space.architecture.Presets;

/**
 * Profiles beside each other, for people and for programs.
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

  private List<String> failures() {
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

  private static String title(Pass pass) {
    return "%s, batch %d".formatted(name(pass), pass.batch());
  }

  private static String name(Pass pass) {
    return switch (pass.kind()) {
      case DENOISING -> pass.batch() == 1 ? "latency" : "throughput";
      case TRAINING -> "training";
    };
  }

  // ---------------------------------------------------------------- for people

  /** Returns a table with a column for each network, and the ratio to the first. */
  String text() {
    List<String> header = new ArrayList<>(List.of("<"));
    for (int i = 0; i < profiles.size(); i++) {
      header.add(profiles.get(i).name());
      if (i > 0) {
        header.add("ratio");
      }
    }
    TextTable table = new TextTable(header.toArray(String[]::new));
    row(table, "parameters", profile -> of(profile.cost().parameters()), Amounts::count);
    row(table, "FLOPs an image", profile -> of(profile.cost().multiplyAdds()), Amounts::count);
    for (int i = 0; i < profiles.get(0).passes().size(); i++) {
      addPass(table, i);
    }
    if (profiles.stream().anyMatch(profile -> paperSeconds(profile).isPresent())) {
      row(table, "latency in the paper", ProfileReport::paperSeconds, ProfileReport::time);
    }
    String note =
        "%d thread%s; matrix product (float32, 2048 x 2048): %sFLOP/s; one multiply-add = 1 FLOP%n"
            .formatted(threads, threads == 1 ? "" : "s", Amounts.count(matrixMultiplyPeak));
    String failed =
        failures().stream()
            .map(line -> "not measured: " + line + "\n")
            .collect(Collectors.joining());
    return table + "\n" + note + failed;
  }

  private void addPass(TextTable table, int index) {
    Pass asked = profiles.get(0).passes().get(index).asked();
    boolean smaller = batches(index).anyMatch(batch -> batch != asked.batch());
    if (asked.kind() == Pass.Kind.DENOISING && asked.batch() == 1) {
      pass(table, index, title(asked), PassProfile::medianSeconds, ProfileReport::time);
    } else {
      pass(
          table,
          index,
          title(asked),
          PassProfile::imagesPerSecond,
          rate -> Amounts.count(rate) + " images/s");
      if (smaller) {
        pass(
            table,
            index,
            "  batch that fits in memory",
            profile -> (double) profile.pass().batch(),
            Amounts::count);
      }
      pass(table, index, "  time of a batch", PassProfile::medianSeconds, ProfileReport::time);
    }
    pass(table, index, "  least", PassProfile::leastSeconds, ProfileReport::time);
    pass(table, index, "  most", PassProfile::mostSeconds, ProfileReport::time);
    row(
        table,
        "  FLOP/s",
        network -> measured(network, index, profile -> flopsPerSecond(network, profile)),
        Amounts::count);
    row(
        table,
        "  of the matrix product's",
        network -> measured(network, index, profile -> share(network, profile)),
        share -> "%.0f %%".formatted(100 * share));
    row(
        table,
        "  peak resident memory",
        network ->
            network
                .passes()
                .get(index)
                .profile()
                .filter(profile -> profile.residentBytes().isPresent())
                .map(profile -> of(profile.residentBytes().getAsLong()))
                .orElse(OptionalDouble.empty()),
        ProfileReport::bytes);
    pass(
        table, index, "  weights", profile -> (double) profile.weightBytes(), ProfileReport::bytes);
    pass(table, index, "  plan", profile -> (double) profile.planBytes(), ProfileReport::bytes);
  }

  private IntStream batches(int index) {
    return profiles.stream()
        .flatMap(network -> network.passes().get(index).profile().stream())
        .mapToInt(profile -> profile.pass().batch());
  }

  private double flopsPerSecond(NetworkProfile network, PassProfile profile) {
    return profile.multiplyAddsPerSecond(network.cost().multiplyAdds());
  }

  private double share(NetworkProfile network, PassProfile profile) {
    return flopsPerSecond(network, profile) / matrixMultiplyPeak;
  }

  private void pass(
      TextTable table,
      int index,
      String name,
      Function<PassProfile, Double> value,
      DoubleFunction<String> format) {
    row(table, name, network -> measured(network, index, value), format);
  }

  private static OptionalDouble measured(
      NetworkProfile network, int index, Function<PassProfile, Double> value) {
    return network
        .passes()
        .get(index)
        .profile()
        .map(profile -> of(value.apply(profile)))
        .orElse(OptionalDouble.empty());
  }

  private void row(
      TextTable table,
      String name,
      Function<NetworkProfile, OptionalDouble> value,
      DoubleFunction<String> format) {
    OptionalDouble first = value.apply(profiles.get(0));
    List<String> cells = new ArrayList<>(List.of(name));
    for (int i = 0; i < profiles.size(); i++) {
      OptionalDouble cell = value.apply(profiles.get(i));
      cells.add(cell.isPresent() ? format.apply(cell.getAsDouble()) : "-");
      if (i > 0) {
        cells.add(
            cell.isPresent() && first.isPresent()
                ? String.format(Locale.ROOT, "%.2f", cell.getAsDouble() / first.getAsDouble())
                : "-");
      }
    }
    table.row(cells.toArray(String[]::new));
  }

  private static OptionalDouble of(double value) {
    return OptionalDouble.of(value);
  }

  private static OptionalDouble paperSeconds(NetworkProfile profile) {
    return PAPER_SECONDS.entrySet().stream()
        .filter(entry -> Presets.of(entry.getKey()).equals(profile.architecture()))
        .mapToDouble(Map.Entry::getValue)
        .findFirst();
  }

  private static String time(double seconds) {
    return seconds < 1
        ? String.format(Locale.ROOT, "%.3g ms", 1e3 * seconds)
        : String.format(Locale.ROOT, "%.3f s", seconds);
  }

  private static String bytes(double bytes) {
    return Amounts.count(bytes) + "B";
  }

  // ---------------------------------------------------------------- for programs

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
