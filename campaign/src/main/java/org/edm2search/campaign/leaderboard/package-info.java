/** Finished trials in order: by score, and against cost. */
package org.edm2search.campaign.leaderboard;
