/** The choice of a data set: a campaign's {@code data} section. */
package org.edm2search.data.source;
