/** Where trials are kept: one contract, an H2 file and memory. */
package org.edm2search.campaign.store;
