/** Readers of the formats that data sets come in, and the conversion between them. */
@NullMarked
package org.edm2search.data.format;

import org.jspecify.annotations.NullMarked;
