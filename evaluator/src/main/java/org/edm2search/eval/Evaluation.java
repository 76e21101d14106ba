package org.edm2search.eval;

/**
 * A score with what is needed to read it.
 *
 * @param frechetDistance Fréchet distance of the samples to the reference; lower is better
 * @param standardDeviation of the distance, by bootstrap over the samples
 * @param principalAxesDistance the distance along the reference's {@link Evaluator#PRINCIPAL_AXES}
 *     principal axes
 * @param samples images drawn
 * @param evaluations network evaluations of a sample (NFE)
 * @param seconds time spent
 * @param label what the score is, such as {@code FD@1000 (builtin 1a2b3c4d)}
 * @param protocol everything it depends on, one line
 * @param protocolDigest SHA-256 of the protocol
 */
public record Evaluation(
    double frechetDistance,
    double standardDeviation,
    double principalAxesDistance,
    int samples,
    int evaluations,
    double seconds,
    String label,
    String protocol,
    String protocolDigest) {}
