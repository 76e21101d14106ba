/** The search: propose, run, record, rank. {@link org.edm2search.campaign.Campaign} is the loop. */
@NullMarked
package org.edm2search.campaign;

import org.jspecify.annotations.NullMarked;
