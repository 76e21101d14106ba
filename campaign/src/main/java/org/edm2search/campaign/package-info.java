/** The search: propose, run, record, rank. {@link org.edm2search.campaign.Campaign} is the loop. */
package org.edm2search.campaign;
