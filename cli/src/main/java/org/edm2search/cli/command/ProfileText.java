package org.edm2search.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.cli.output.TextTable;
import org.edm2search.model.profile.NetworkProfile;
import org.edm2search.model.profile.Pass;
import org.edm2search.model.profile.PassProfile;

/** Profiles of networks as a table. */
final class ProfileText {

  private final ProfileReport report;

  private ProfileText(ProfileReport report) {
    this.report = report;
  }

  /** Returns a table with a column for each network, and the ratio to the first. */
  static String of(ProfileReport report) {
    return new ProfileText(report).text();
  }

  private String text() {
    List<String> header = new ArrayList<>(List.of("<"));
    for (int i = 0; i < report.profiles().size(); i++) {
      header.add(report.profiles().get(i).name());
      if (i > 0) {
        header.add("ratio");
      }
    }
    TextTable table = new TextTable(header.toArray(String[]::new));
    row(table, "parameters", profile -> of(profile.cost().parameters()), Amounts::count);
    row(table, "FLOPs an image", profile -> of(profile.cost().multiplyAdds()), Amounts::count);
    for (int i = 0; i < report.profiles().get(0).passes().size(); i++) {
      addPass(table, i);
    }
    if (report.profiles().stream()
        .anyMatch(profile -> ProfileReport.paperSeconds(profile).isPresent())) {
      row(table, "latency in the paper", ProfileReport::paperSeconds, ProfileText::time);
    }
    String note =
        "%d thread%s; matrix product (float32, 2048 x 2048): %sFLOP/s; one multiply-add = 1 FLOP%n"
            .formatted(
                report.threads(),
                report.threads() == 1 ? "" : "s",
                Amounts.count(report.matrixMultiplyPeak()));
    String failed =
        report.failures().stream()
            .map(line -> "not measured: " + line + "\n")
            .collect(Collectors.joining());
    return table + "\n" + note + failed;
  }

  private void addPass(TextTable table, int index) {
    Pass asked = report.profiles().get(0).passes().get(index).asked();
    boolean smaller = batches(index).anyMatch(batch -> batch != asked.batch());
    if (asked.kind() == Pass.Kind.DENOISING && asked.batch() == 1) {
      pass(table, index, ProfileReport.title(asked), PassProfile::medianSeconds, ProfileText::time);
    } else {
      pass(
          table,
          index,
          ProfileReport.title(asked),
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
      pass(table, index, "  time of a batch", PassProfile::medianSeconds, ProfileText::time);
    }
    pass(table, index, "  least", PassProfile::leastSeconds, ProfileText::time);
    pass(table, index, "  most", PassProfile::mostSeconds, ProfileText::time);
    row(
        table,
        "  FLOP/s",
        network -> measured(network, index, profile -> report.flopsPerSecond(network, profile)),
        Amounts::count);
    row(
        table,
        "  of the matrix product's",
        network -> measured(network, index, profile -> report.share(network, profile)),
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
        ProfileText::bytes);
    pass(table, index, "  weights", profile -> (double) profile.weightBytes(), ProfileText::bytes);
    pass(table, index, "  plan", profile -> (double) profile.planBytes(), ProfileText::bytes);
  }

  private IntStream batches(int index) {
    return report.profiles().stream()
        .flatMap(network -> network.passes().get(index).profile().stream())
        .mapToInt(profile -> profile.pass().batch());
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
    OptionalDouble first = value.apply(report.profiles().get(0));
    List<String> cells = new ArrayList<>(List.of(name));
    for (int i = 0; i < report.profiles().size(); i++) {
      OptionalDouble cell = value.apply(report.profiles().get(i));
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

  private static String time(double seconds) {
    return seconds < 1
        ? String.format(Locale.ROOT, "%.3g ms", 1e3 * seconds)
        : String.format(Locale.ROOT, "%.3f s", seconds);
  }

  private static String bytes(double bytes) {
    return Amounts.count(bytes) + "B";
  }
}
