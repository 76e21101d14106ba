package org.edm2search.dashboard.view;

/**
 * A labelled value.
 *
 * @param label what it is
 * @param value the value, as text
 * @param code whether it is something to copy, such as a digest
 */
public record Entry(String label, String value, boolean code) {

  /** Returns a plain entry. */
  public static Entry of(String label, String value) {
    return new Entry(label, value, false);
  }
}
