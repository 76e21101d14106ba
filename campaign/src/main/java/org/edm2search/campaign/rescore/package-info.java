/** Scores that trials got after the search, by other protocols. */
@NullMarked
package org.edm2search.campaign.rescore;

import org.jspecify.annotations.NullMarked;
