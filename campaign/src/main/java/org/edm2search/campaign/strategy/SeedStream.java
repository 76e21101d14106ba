package org.edm2search.campaign.strategy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

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
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Returns a new generator for a purpose. */
  public RandomGenerator generator(String purpose, long number) {
    return new SplittableRandom(seed(purpose, number));
  }
}
