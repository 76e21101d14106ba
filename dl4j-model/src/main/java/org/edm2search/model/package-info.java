/** An architecture as tensors: the network, its graph and how it is run. */
@NullMarked
package org.edm2search.model;

import org.jspecify.annotations.NullMarked;
