/** Networks as pictures. */
@NullMarked
package org.edm2search.space.drawing;

import org.jspecify.annotations.NullMarked;
