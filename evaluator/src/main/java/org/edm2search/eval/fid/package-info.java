/** Features of images and Fréchet distances between their statistics. */
package org.edm2search.eval.fid;
