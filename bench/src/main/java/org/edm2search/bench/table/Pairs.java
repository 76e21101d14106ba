package org.edm2search.bench.table;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The architectures of a table that were trained from two seeds.
 *
 * @param lines of each, the first seed's before the second's
 */
record Pairs(List<List<Map<String, String>>> lines) {

  private static final int RESAMPLES = 2000;

  static Pairs of(List<Map<String, String>> table, String first, String second) {
    Map<String, Map<String, Map<String, String>>> bySeed = new LinkedHashMap<>();
    for (Map<String, String> line : table) {
      bySeed
          .computeIfAbsent(line.get("id"), id -> new LinkedHashMap<>())
          .put(line.get("seed"), line);
    }
    List<List<Map<String, String>>> pairs = new ArrayList<>();
    bySeed.values().stream()
        .filter(lines -> lines.containsKey(first) && lines.containsKey(second))
        .forEach(lines -> pairs.add(List.of(lines.get(first), lines.get(second))));
    return new Pairs(pairs);
  }

  int count() {
    return lines.size();
  }

  /** Returns those from one on, up to but without another. */
  Pairs part(int from, int to) {
    return new Pairs(lines.subList(from, to));
  }

  /** Returns a column of one seed, by architecture. */
  double[] column(String name, int seed) {
    return lines.stream()
        .mapToDouble(pair -> Double.parseDouble(pair.get(seed).get(name)))
        .toArray();
  }

  /** Returns the logarithms of a column of one seed. */
  double[] log(String name, int seed) {
    return java.util.Arrays.stream(column(name, seed)).map(Math::log).toArray();
  }

  /** Returns a statistic with its 95 % interval by bootstrap over architectures. */
  String interval(ToDoubleFunction<Pairs> statistic) {
    Random random = new Random(1);
    double[] values =
        IntStream.range(0, RESAMPLES)
            .mapToObj(
                i ->
                    new Pairs(
                        IntStream.range(0, count())
                            .mapToObj(j -> lines.get(random.nextInt(count())))
                            .toList()))
            .mapToDouble(statistic)
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    return "%.3f (%.3f to %.3f)"
        .formatted(
            statistic.applyAsDouble(this),
            values[(int) (0.025 * values.length)],
            values[(int) (0.975 * values.length)]);
  }
}
