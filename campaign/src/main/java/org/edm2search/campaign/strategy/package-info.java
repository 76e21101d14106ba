/** How candidates are proposed: ask for one, tell what became of it. */
@NullMarked
package org.edm2search.campaign.strategy;

import org.jspecify.annotations.NullMarked;
