/** Search strategies against each other on a table of trained candidates. */
@NullMarked
package org.edm2search.bench.strategies;

import org.jspecify.annotations.NullMarked;
