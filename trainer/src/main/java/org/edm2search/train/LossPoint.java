package org.edm2search.train;

/**
 * The mean training loss over an interval.
 *
 * @param images trained images at the end of the interval
 * @param loss mean over its steps
 */
public record LossPoint(long images, double loss) {}
