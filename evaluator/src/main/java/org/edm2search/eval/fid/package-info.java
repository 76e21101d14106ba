/** Features of images and Fréchet distances between their statistics. */
@NullMarked
package org.edm2search.eval.fid;

import org.jspecify.annotations.NullMarked;
