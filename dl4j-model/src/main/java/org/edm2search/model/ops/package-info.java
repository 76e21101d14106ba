/**
 * Magnitude-preserving layers (Karras et al. 2024, EDM2) as graph operations with hand-written
 * gradients. Activations are channels-last, [N·H·W, C]: a pointwise convolution is then one matrix
 * product and a sum over channels a product with a constant vector.
 */
@NullMarked
package org.edm2search.model.ops;

import org.jspecify.annotations.NullMarked;
