/**
 * A candidate becomes numbers: samples, features, distances, and the protocol behind each score.
 */
package org.edm2search.eval;
