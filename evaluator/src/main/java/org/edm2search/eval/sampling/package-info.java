/** Drawing images from a denoiser. */
@NullMarked
package org.edm2search.eval.sampling;

import org.jspecify.annotations.NullMarked;
