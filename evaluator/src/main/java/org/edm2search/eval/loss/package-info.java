/** The denoising loss on held-out images: a cheap, paired comparison of networks. */
package org.edm2search.eval.loss;
