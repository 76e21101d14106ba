package org.edm2search.campaign.trial;

import java.util.Objects;
import org.edm2search.space.CanonicalKeys;

/**
 * How a score was obtained. Only scores of equal digest are ranked together.
 *
 * @param text for people, complete
 * @param digest identity
 */
public record Protocol(String text, String digest) {

  /**
   * Returns a protocol that was stored beside a score. One of an old store, whose digest is that of
   * its text, gets the digest that the same protocol has today.
   */
  public static Protocol recorded(String text, String digest) {
    return new Protocol(
        text, ProseProtocol.keys(text, digest).map(CanonicalKeys::digest).orElse(digest));
  }

  public Protocol {
    Objects.requireNonNull(text, "text");
    if (digest.isBlank()) {
      throw new IllegalArgumentException("a protocol needs a digest");
    }
  }
}
