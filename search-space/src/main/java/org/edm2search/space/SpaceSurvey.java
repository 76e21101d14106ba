package org.edm2search.space;

import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import org.edm2search.space.cost.Cost;

/**
 * What random genotypes are like.
 *
 * @param draws how many were drawn
 * @param allowed how many of them meet the constraints; without a way to measure it the latency is
 *     left out of account
 * @param least lowest parameters and multiply-adds of an allowed one; the seed's if there is none
 * @param most highest ones
 */
public record SpaceSurvey(int draws, int allowed, Cost least, Cost most) {

  static SpaceSurvey of(int draws, Cost seed, List<Cost> allowed) {
    List<Cost> costs = allowed.isEmpty() ? List.of(seed) : allowed;
    return new SpaceSurvey(
        draws,
        allowed.size(),
        new Cost(
            all(costs, Cost::parameters).min().orElseThrow(),
            all(costs, Cost::multiplyAdds).min().orElseThrow()),
        new Cost(
            all(costs, Cost::parameters).max().orElseThrow(),
            all(costs, Cost::multiplyAdds).max().orElseThrow()));
  }

  private static LongStream all(List<Cost> costs, ToLongFunction<Cost> part) {
    return costs.stream().mapToLong(part);
  }
}
