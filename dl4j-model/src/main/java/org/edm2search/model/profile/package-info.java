/**
 * What running a network takes: time, memory, and the share of the machine's arithmetic it uses.
 */
package org.edm2search.model.profile;
