package org.edm2search.eval.onnx;

import java.util.List;
import java.util.Locale;
import org.edm2search.model.onnx.Attribute;

/** How images get the size that a network takes. */
public enum Resize {
  /**
   * As TensorFlow 1 did by default: source = target · in/out without a half-pixel shift, no
   * antialiasing. The canonical FID's.
   */
  TF1_BILINEAR(
      Attribute.text("mode", "linear"),
      Attribute.text("coordinate_transformation_mode", "asymmetric")),
  /** Bilinear, antialiased where it shrinks, as Pillow and PyTorch's antialias. */
  BILINEAR(
      Attribute.text("mode", "linear"),
      Attribute.text("coordinate_transformation_mode", "half_pixel"),
      Attribute.integer("exclude_outside", 1),
      Attribute.integer("antialias", 1)),
  /** Bicubic with a = −0.5, antialiased where it shrinks, as Pillow and PyTorch's antialias. */
  BICUBIC(
      Attribute.text("mode", "cubic"),
      Attribute.text("coordinate_transformation_mode", "half_pixel"),
      Attribute.number("cubic_coeff_a", -0.5f),
      Attribute.integer("exclude_outside", 1),
      Attribute.integer("antialias", 1));

  private final List<Attribute> attributes;

  Resize(Attribute... attributes) {
    this.attributes = List.of(attributes);
  }

  /** Returns the attributes of ONNX's operator Resize; it works on rows and columns. */
  public Attribute[] attributes() {
    Attribute[] all = attributes.toArray(new Attribute[attributes.size() + 1]);
    all[attributes.size()] = Attribute.integers("axes", 2, 3);
    return all;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
