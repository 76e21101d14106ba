/** Live pages: what changed in a store, sent to the browsers that look at it. */
@NullMarked
package org.edm2search.dashboard.live;

import org.jspecify.annotations.NullMarked;
