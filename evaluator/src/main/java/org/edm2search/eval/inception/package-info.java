/**
 * The network of the canonical FID: Inception-v3 with the weights of 5 December 2015, and where
 * they are kept.
 */
@NullMarked
package org.edm2search.eval.inception;

import org.jspecify.annotations.NullMarked;
