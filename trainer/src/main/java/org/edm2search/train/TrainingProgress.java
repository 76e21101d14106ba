package org.edm2search.train;

/**
 * Where a training run is.
 *
 * @param images trained images
 * @param totalImages images that the budget buys
 * @param loss mean of the latest steps
 * @param learningRate of the latest step
 * @param imagesPerSecond since this process began to train
 */
public record TrainingProgress(
    long images, long totalImages, double loss, double learningRate, double imagesPerSecond) {

  public TrainingProgress {
    if (images < 0) {
      throw new IllegalArgumentException("images must not be negative, but is " + images);
    }
  }
}
