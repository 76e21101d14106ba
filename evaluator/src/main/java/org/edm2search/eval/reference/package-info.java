/** What generated images are compared with: kept statistics and features of data sets. */
@NullMarked
package org.edm2search.eval.reference;

import org.jspecify.annotations.NullMarked;
