/** The denoising loss on held-out images: a cheap, paired comparison of networks. */
@NullMarked
package org.edm2search.eval.loss;

import org.jspecify.annotations.NullMarked;
