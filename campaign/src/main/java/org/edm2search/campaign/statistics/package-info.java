/** What scores say about architectures, when trainings and samples scatter. */
@NullMarked
package org.edm2search.campaign.statistics;

import org.jspecify.annotations.NullMarked;
