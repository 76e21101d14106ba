/** A network becomes a candidate: the EDM2 training recipe under a FLOP budget. */
@NullMarked
package org.edm2search.train;

import org.jspecify.annotations.NullMarked;
