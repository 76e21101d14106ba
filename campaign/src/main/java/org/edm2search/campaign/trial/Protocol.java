package org.edm2search.campaign.trial;

import java.util.Objects;
import org.edm2search.space.CanonicalKeys;
import org.jspecify.annotations.Nullable;

/**
 * How a score was obtained. Only scores of equal digest are ranked together.
 *
 * @param text for people, complete
 * @param digest identity
 */
public record Protocol(String text, String digest) {

  /** One that was read: the trials of a campaign are mostly of the same. */
  private record Recorded(String text, String digest, Protocol today) {}

  private static volatile @Nullable Recorded lastRecorded;

  /**
   * Returns a protocol that was stored beside a score. One of an old store, whose digest is that of
   * its text, gets the digest that the same protocol has today.
   */
  public static Protocol recorded(String text, String digest) {
    Recorded last = lastRecorded;
    if (last == null || !last.text.equals(text) || !last.digest.equals(digest)) {
      Protocol today =
          new Protocol(
              text, SentenceProtocol.keys(text, digest).map(CanonicalKeys::digest).orElse(digest));
      last = new Recorded(text, digest, today);
      lastRecorded = last;
    }
    return last.today;
  }

  public Protocol {
    Objects.requireNonNull(text, "text");
    if (digest.isBlank()) {
      throw new IllegalArgumentException("a protocol needs a digest");
    }
  }
}
