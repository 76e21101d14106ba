/** The dashboard: a read-only web server over campaign stores. */
package org.edm2search.dashboard;
