/** The choice of a data set: a campaign's {@code data} section. */
@NullMarked
package org.edm2search.data.source;

import org.jspecify.annotations.NullMarked;
