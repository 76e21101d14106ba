package org.edm2search.space.architecture;

import org.edm2search.space.base.Edm2SearchException;

/** An architecture breaks a rule; says by which of its keys. */
public final class InvalidArchitectureException extends Edm2SearchException {

  private static final long serialVersionUID = 1L;

  private final String key;
  private final String rule;

  /**
   * Creates the error of a key.
   *
   * @param key as in YAML, such as {@code channel_mult}
   * @param rule what must hold, and the offending value
   */
  InvalidArchitectureException(String key, String rule) {
    super(key + " " + rule);
    this.key = key;
    this.rule = rule;
  }

  /** Returns the key, as in YAML. */
  public String key() {
    return key;
  }

  /** Returns the message without the key. */
  public String rule() {
    return rule;
  }
}
