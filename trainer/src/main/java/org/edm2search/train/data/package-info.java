/** Training images. */
package org.edm2search.train.data;
