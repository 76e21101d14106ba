/** Readers of the formats that data sets come in, and the conversion between them. */
package org.edm2search.data.format;
