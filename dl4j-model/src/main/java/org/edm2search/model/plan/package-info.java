/**
 * Static execution of a graph: shapes, buffers and operation contexts are fixed once, and a run is
 * a list of native calls. Replaces SameDiff's session, which allocates every intermediate at every
 * step.
 */
@NullMarked
package org.edm2search.model.plan;

import org.jspecify.annotations.NullMarked;
