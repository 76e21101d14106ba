/** Limits on what candidates may cost, as expressions. */
@NullMarked
package org.edm2search.space.constraint;

import org.jspecify.annotations.NullMarked;
