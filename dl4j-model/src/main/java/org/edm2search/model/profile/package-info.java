/**
 * What running a network takes: time, memory, and the share of the machine's arithmetic it uses.
 */
@NullMarked
package org.edm2search.model.profile;

import org.jspecify.annotations.NullMarked;
