package org.edm2search.space.cost;

import java.math.BigInteger;

/**
 * What a network, or a part of one, costs.
 *
 * @param parameters trainable values
 * @param multiplyAdds FLOPs of one network evaluation on one image; one multiply-add counts 1
 */
public record Cost(long parameters, long multiplyAdds) {

  /** Evaluations that training on an image counts as. */
  public static final long TRAINING_PASSES = 3;

  public static final Cost ZERO = new Cost(0, 0);

  public Cost {
    if (parameters < 0 || multiplyAdds < 0) {
      throw new IllegalArgumentException(
          "a cost must not be negative, but is %d parameters, %d multiply-adds"
              .formatted(parameters, multiplyAdds));
    }
  }

  /**
   * Returns the multiply-adds of training on images: forward and backward pass count as 3
   * evaluations.
   */
  public BigInteger training(long images) {
    return BigInteger.valueOf(TRAINING_PASSES)
        .multiply(BigInteger.valueOf(multiplyAdds))
        .multiply(BigInteger.valueOf(images));
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
