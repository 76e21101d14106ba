/**
 * The journal: what everyone but the run itself reads of a campaign. It cannot execute anything.
 */
package org.edm2search.campaign.journal;
