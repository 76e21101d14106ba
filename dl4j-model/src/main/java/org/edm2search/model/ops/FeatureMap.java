package org.edm2search.model.ops;

import org.edm2search.model.graph.Node;

/**
 * An activation of a batch of images, channels last.
 *
 * @param node values, [batch · size · size, channels]
 * @param batch images
 * @param size rows and columns, pixels
 * @param channels channels
 */
public record FeatureMap(Node node, int batch, int size, int channels) {

  public FeatureMap {
    long rows = (long) batch * size * size;
    if (node.shape().length != 2 || node.size(0) != rows || node.size(1) != channels) {
      throw new IllegalArgumentException(
          "expected [%d, %d], but received %s".formatted(rows, channels, node));
    }
  }

  /** Returns other values of the same shape. */
  public FeatureMap with(Node other) {
    return new FeatureMap(other, batch, size, Math.toIntExact(other.size(1)));
  }

  /** Returns the number of pixels of one image. */
  public int pixels() {
    return size * size;
  }
}
