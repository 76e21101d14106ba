package org.edm2search.eval.onnx;

import java.util.List;

/**
 * What a network wants to see: images of 3 channels, resized as floats without rounding, then
 * (u/255 − mean)/std.
 *
 * @param size rows and columns, pixels; 0 for the model's own
 * @param resize how images get that size
 * @param mean of red, green and blue, on the scale 0 to 1
 * @param std of red, green and blue
 */
public record ImageInput(int size, Resize resize, List<Double> mean, List<Double> std) {

  /** Most rows and columns. */
  public static final int MAX_SIZE = 2048;

  private static final int COLORS = 3;

  /** ImageNet's mean, which most networks were trained with. */
  public static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);

  /** ImageNet's standard deviation. */
  public static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);

  /** Bicubic, ImageNet's mean and deviation, the model's own size. */
  public static final ImageInput DEFAULT =
      new ImageInput(0, Resize.BICUBIC, IMAGENET_MEAN, IMAGENET_STD);

  public ImageInput {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (size < 0 || size > MAX_SIZE) {
      throw new IllegalArgumentException("size must be between 1 and " + MAX_SIZE);
    }
    if (mean.size() != COLORS || !mean.stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("mean must have 3 values: red, green, blue");
    }
    if (std.size() != COLORS || !std.stream().allMatch(s -> s > 0 && Double.isFinite(s))) {
      throw new IllegalArgumentException("std must have 3 values above 0: red, green, blue");
    }
  }

  /** Returns this input at a size. */
  public ImageInput withSize(int other) {
    return new ImageInput(other, resize, mean, std);
  }

  /** Returns all of it in a few words; ImageNet's mean and deviation go without saying. */
  @Override
  public String toString() {
    String text = "%d %s".formatted(size, resize);
    return mean.equals(IMAGENET_MEAN) && std.equals(IMAGENET_STD)
        ? text
        : "%s mean %s std %s".formatted(text, mean, std);
  }
}
