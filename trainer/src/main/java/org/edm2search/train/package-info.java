/** A network becomes a candidate: the EDM2 training recipe under a FLOP budget. */
package org.edm2search.train;
