package org.edm2search.campaign.strategy;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.edm2search.space.base.Sha256;

/**
 * Independent random seeds from one, by purpose and number. Because each generation and each trial
 * has its own, there is no generator state to save: a killed campaign draws the same again.
 *
 * @param campaignSeed the campaign's seed
 */
public record SeedStream(long campaignSeed) {

  /**
   * Returns the seed for a purpose: the first 8 bytes of SHA-256 of {@code seed/purpose/number}.
   */
  public long seed(String purpose, long number) {
    String text = campaignSeed + "/" + purpose + "/" + number;
    return ByteBuffer.wrap(new Sha256().add(text).bytes()).getLong();
  }

  /** Returns a new generator for a purpose. */
  public RandomGenerator generator(String purpose, long number) {
    return new SplittableRandom(seed(purpose, number));
  }
}
