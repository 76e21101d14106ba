package org.edm2search.pipeline.worker;

/**
 * What a layout achieved.
 *
 * @param imagesPerSecond training images of all workers together
 * @param peakBytes largest memory of one worker; 0 where the system does not say
 */
record Throughput(Layout layout, double imagesPerSecond, long peakBytes) {

  public Throughput {
    if (!(imagesPerSecond >= 0) || Double.isInfinite(imagesPerSecond) || peakBytes < 0) {
      throw new IllegalArgumentException(
          "no throughput: %s images/s, %d bytes".formatted(imagesPerSecond, peakBytes));
    }
  }
}
