/** Images, wherever they come from: what every module that handles them agrees on. */
@NullMarked
package org.edm2search.data;

import org.jspecify.annotations.NullMarked;
