/** What a campaign's trials say about genes, ancestry and progress. */
@NullMarked
package org.edm2search.campaign.analysis;

import org.jspecify.annotations.NullMarked;
