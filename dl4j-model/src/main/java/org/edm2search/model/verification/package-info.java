/** Agreement of this implementation with an independent one, on a network and batch from a file. */
@NullMarked
package org.edm2search.model.verification;

import org.jspecify.annotations.NullMarked;
