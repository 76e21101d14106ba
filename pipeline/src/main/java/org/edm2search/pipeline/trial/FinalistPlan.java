package org.edm2search.pipeline.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.model.sampling.Guidance;

/**
 * What to try and how to report.
 *
 * @param choices protocols to choose among, all with the same seeds
 * @param samples of a block that is reported
 * @param blocks number of blocks
 */
public record FinalistPlan(List<EvaluationProtocol> choices, int samples, int blocks) {

  /**
   * Makes a plan of all pairs of EMA length and guidance weight.
   *
   * @param base the campaign's protocol
   * @param lengths EMA lengths; the campaign's alone if empty
   * @param weights guidance weights, 1 for none; the campaign's alone if empty
   * @throws IllegalArgumentException if one is out of bounds, or a weight has no guide
   */
  public static FinalistPlan of(
      EvaluationProtocol base,
      List<Double> lengths,
      List<Double> weights,
      int samples,
      int blocks) {
    List<EvaluationProtocol> choices = new ArrayList<>();
    for (double length : lengths.isEmpty() ? List.of(base.ema()) : lengths) {
      for (double weight : weights.isEmpty() ? List.of(base.guidance().weight()) : weights) {
        choices.add(chosen(base, length, weight));
      }
    }
    return new FinalistPlan(choices, samples, blocks);
  }

  /**
   * Returns a protocol with another EMA length and guidance weight.
   *
   * @throws IllegalArgumentException if one is out of bounds, or the weight has no guide
   */
  public static EvaluationProtocol chosen(EvaluationProtocol base, double length, double weight) {
    if (!(length > 0 && length < 0.28)) {
      throw new IllegalArgumentException("--ema must be above 0 and below 0.28, but is " + length);
    }
    return base.withEma(length).with(base.sampling().with(guidance(base.guidance(), weight)));
  }

  private static Guidance guidance(Guidance base, double weight) {
    if (weight == base.weight()) {
      return base;
    }
    if (weight == 1) {
      return new Guidance.None();
    }
    if (!(weight >= 0 && weight <= 100)) {
      throw new IllegalArgumentException("--guidance must be between 0 and 100, but is " + weight);
    }
    if (!base.active()) {
      throw new IllegalArgumentException(
          "--guidance %s needs a guide: give the campaign's file a section evaluation.guidance"
              .formatted(weight));
    }
    return Guidance.of(
        base.kind(),
        weight,
        base.interval(),
        base instanceof Guidance.Autoguidance auto ? auto.guide() : Guidance.DEFAULT_GUIDE);
  }

  public FinalistPlan {
    choices = List.copyOf(choices);
    if (choices.isEmpty() || blocks < 1) {
      throw new IllegalArgumentException("at least one choice and one block are needed");
    }
  }

  /**
   * Returns the first seed of each block: no seed is in two blocks, or chosen on.
   *
   * @param least of the blocks there are
   */
  List<Long> blockSeeds(int least) {
    EvaluationProtocol first = choices.get(0);
    long start = first.seed() + first.samples();
    return LongStream.range(0, Math.max(blocks, least))
        .mapToObj(block -> start + block * samples)
        .toList();
  }
}
