/** What a campaign records: trials, their measurements, loss curves and provenance. */
@NullMarked
package org.edm2search.campaign.trial;

import org.jspecify.annotations.NullMarked;
