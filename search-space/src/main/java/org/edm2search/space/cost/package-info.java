/** What an architecture costs, before it is trained: parameters and multiply-adds. */
@NullMarked
package org.edm2search.space.cost;

import org.jspecify.annotations.NullMarked;
