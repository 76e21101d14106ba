package org.edm2search.space.architecture;

/** Half of the U-Net a block belongs to (EDM2 calls it the flavor). */
public enum Stage {
  ENCODER("enc"),
  DECODER("dec");

  private final String text;

  Stage(String text) {
    this.text = text;
  }

  /** Returns the prefix used in block and tensor names. */
  public String text() {
    return text;
  }
}
