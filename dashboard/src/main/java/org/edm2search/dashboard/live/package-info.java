/** Live pages: what changed in a store, sent to the browsers that look at it. */
package org.edm2search.dashboard.live;
