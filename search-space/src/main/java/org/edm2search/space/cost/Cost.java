package org.edm2search.space.cost;

/**
 * What a network, or a part of one, costs.
 *
 * @param parameters trainable values
 * @param multiplyAdds FLOPs of one network evaluation on one image; one multiply-add counts 1
 */
public record Cost(long parameters, long multiplyAdds) {

  public static final Cost ZERO = new Cost(0, 0);

  public Cost {
    if (parameters < 0 || multiplyAdds < 0) {
      throw new IllegalArgumentException(
          "a cost must not be negative, but is %d parameters, %d multiply-adds"
              .formatted(parameters, multiplyAdds));
    }
  }

  /**
   * Returns the cost of both.
   *
   * @throws ArithmeticException beyond 64 bits
   */
  public Cost plus(Cost other) {
    return new Cost(
        Math.addExact(parameters, other.parameters),
        Math.addExact(multiplyAdds, other.multiplyAdds));
  }
}
