/** The best few candidates, trained again until it is clear which is the best. */
@NullMarked
package org.edm2search.campaign.race;

import org.jspecify.annotations.NullMarked;
