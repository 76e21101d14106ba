/** Training in rungs: who is trained further, decided without a clock and without files. */
package org.edm2search.campaign.fidelity;
