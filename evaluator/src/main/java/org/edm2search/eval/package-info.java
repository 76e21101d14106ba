/**
 * A candidate becomes numbers: samples, features, distances, and the protocol behind each score.
 */
@NullMarked
package org.edm2search.eval;

import org.jspecify.annotations.NullMarked;
