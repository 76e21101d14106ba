/** The dashboard: a read-only web server over campaign stores. */
@NullMarked
package org.edm2search.dashboard;

import org.jspecify.annotations.NullMarked;
