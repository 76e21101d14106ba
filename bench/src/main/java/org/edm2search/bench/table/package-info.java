/** A table of really trained candidates, which search strategies and statistics are tested on. */
@NullMarked
package org.edm2search.bench.table;

import org.jspecify.annotations.NullMarked;
