/** A table of really trained candidates, which search strategies and statistics are tested on. */
package org.edm2search.bench.table;
