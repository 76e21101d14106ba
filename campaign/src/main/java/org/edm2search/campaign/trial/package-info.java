/** What a campaign records: trials, their measurements, loss curves and provenance. */
package org.edm2search.campaign.trial;
