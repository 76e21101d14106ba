package org.edm2search.campaign.trial;

import java.util.Objects;

/**
 * How a score was obtained. Only scores of equal digest are ranked together.
 *
 * @param text for people, complete
 * @param digest identity
 */
public record Protocol(String text, String digest) {

  public Protocol {
    Objects.requireNonNull(text, "text");
    if (digest.isBlank()) {
      throw new IllegalArgumentException("a protocol needs a digest");
    }
  }
}
