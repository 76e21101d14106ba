/**
 * A static computation graph: ND4J's native operations with operands of known shape, with gradients
 * emitted by hand-written rules instead of SameDiff's own, several of which are slow or wrong in
 * ND4J 1.0.0-M2.1.
 */
@NullMarked
package org.edm2search.model.graph;

import org.jspecify.annotations.NullMarked;
