/** Measures training and sampling beside an independent PyTorch implementation. */
@NullMarked
package org.edm2search.bench;

import org.jspecify.annotations.NullMarked;
