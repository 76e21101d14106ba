/** Drawing images from a denoiser. */
package org.edm2search.eval.sampling;
