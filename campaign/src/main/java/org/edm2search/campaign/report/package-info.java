/** What a campaign tells its users: reports for programs, and numbers as people read them. */
@NullMarked
package org.edm2search.campaign.report;

import org.jspecify.annotations.NullMarked;
