package org.edm2search.pipeline.trial;

import org.edm2search.eval.EvaluationProtocol;

/**
 * A score that can be measured again from one training.
 *
 * @param seed the first of its seeds
 * @param samples drawn
 * @param protocolDigest of everything it depends on
 * @param score measured
 */
public record SeedBlock(long seed, int samples, String protocolDigest, ScoreBook.Score score) {

  /** Returns the protocol with the seeds of this block. */
  public EvaluationProtocol seeded(EvaluationProtocol protocol) {
    return protocol.with(protocol.set().withSeed(seed).withCount(samples));
  }
}
