/** Measures training and sampling beside an independent PyTorch implementation. */
package org.edm2search.bench;
