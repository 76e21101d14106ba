/** The campaigns on disk, read through the campaign module and turned into views. */
@NullMarked
package org.edm2search.dashboard.library;

import org.jspecify.annotations.NullMarked;
