/** Finished trials in order: by score, and against cost. */
@NullMarked
package org.edm2search.campaign.leaderboard;

import org.jspecify.annotations.NullMarked;
