/**
 * The journal: what everyone but the run itself reads of a campaign. It cannot execute anything.
 */
@NullMarked
package org.edm2search.campaign.journal;

import org.jspecify.annotations.NullMarked;
