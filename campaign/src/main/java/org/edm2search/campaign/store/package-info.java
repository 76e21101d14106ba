/** Where trials are kept: one contract, an H2 file and memory. */
@NullMarked
package org.edm2search.campaign.store;

import org.jspecify.annotations.NullMarked;
