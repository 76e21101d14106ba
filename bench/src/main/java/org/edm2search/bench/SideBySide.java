package org.edm2search.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.edm2search.space.architecture.UNetLayout;

/**
 * Runs this project and the PyTorch peer in turn, step by step, and prints the ratio of their
 * times: what disturbs the machine disturbs both.
 */
public final class SideBySide {

  private static final int WARM_UP = 3;

  private SideBySide() {}

  /** Arguments: number of measured rounds (7), number of threads (all processors). */
  public static void main(String[] arguments) throws IOException {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 7;
    int threads =
        arguments.length > 1
            ? Integer.parseInt(arguments[1])
            : Runtime.getRuntime().availableProcessors();
    Path peer = Files.createTempFile("peer", ".py");
    try (InputStream in = SideBySide.class.getResourceAsStream("peer.py")) {
      Files.write(peer, in.readAllBytes());
    }
    System.out.println(
        "| network | step | ours ms | PyTorch ms | ratio | min–max | channels_last ms | ratio | peak MiB ours / PyTorch |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for (int index = 0; index < Workload.ALL.size(); index++) {
      measure(index, rounds, threads, peer);
    }
    Files.delete(peer);
  }

  private static void measure(int index, int rounds, int threads, Path peer) {
    Workload workload = Workload.ALL.get(index);
    Map<String, String> environment = Map.of("OMP_NUM_THREADS", Integer.toString(threads));
    List<String> python = List.of("/usr/bin/python3", peer.toString());
    try (Contender ours =
            new Contender("edm2-search", ownCommand(), NativeMemory.environment(threads));
        Contender contiguous = new Contender("contiguous", python, environment);
        Contender channelsLast = new Contender("channels_last", python, environment)) {
      ours.run(Map.of("case", "setup", "workload", index));
      contiguous.run(workload.peerRequest(threads, "contiguous"));
      channelsLast.run(workload.peerRequest(threads, "channels_last"));
      requireSameNetwork(workload, contiguous);
      for (String step : List.of("train", "sample")) {
        report(workload, step, rounds, List.of(ours, contiguous, channelsLast));
      }
    }
  }

  private static void requireSameNetwork(Workload workload, Contender peer) {
    long parameters =
        UNetLayout.of(workload.architecture()).parameters().stream()
            .filter(spec -> spec.trainable())
            .mapToLong(spec -> spec.size())
            .sum();
    if (parameters != peer.parameters()) {
      throw new IllegalStateException(
          "the peer has %d parameters, not %d".formatted(peer.parameters(), parameters));
    }
  }

  private static void report(
      Workload workload, String step, int rounds, List<Contender> contenders) {
    List<List<Double>> times = new ArrayList<>();
    contenders.forEach(contender -> times.add(new ArrayList<>()));
    for (int round = -WARM_UP; round < rounds; round++) {
      for (int i = 0; i < contenders.size(); i++) {
        double seconds = contenders.get(i).run(Map.of("case", step));
        if (round >= 0) {
          times.get(i).add(seconds);
        }
      }
    }
    List<Double> ratios = ratios(times.get(0), times.get(1));
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %.1f | %.1f | **%.2f** | %.2f–%.2f | %.1f | %.2f | %d / %d |%n",
        workload.name(),
        step,
        1e3 * median(times.get(0)),
        1e3 * median(times.get(1)),
        median(ratios),
        ratios.stream().min(Double::compare).orElseThrow(),
        ratios.stream().max(Double::compare).orElseThrow(),
        1e3 * median(times.get(2)),
        median(ratios(times.get(0), times.get(2))),
        contenders.get(0).peakBytes() >> 20,
        contenders.get(1).peakBytes() >> 20);
  }

  private static List<Double> ratios(List<Double> ours, List<Double> theirs) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < ours.size(); i++) {
      ratios.add(ours.get(i) / theirs.get(i));
    }
    return ratios;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private static List<String> ownCommand() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx1g",
        "-cp",
        System.getProperty("java.class.path"),
        Subject.class.getName());
  }
}
