/** Training in rungs: who is trained further, decided without a clock and without files. */
@NullMarked
package org.edm2search.campaign.fidelity;

import org.jspecify.annotations.NullMarked;
