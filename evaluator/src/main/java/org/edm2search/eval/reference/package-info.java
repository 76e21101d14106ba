/** What generated images are compared with: kept statistics and features of data sets. */
package org.edm2search.eval.reference;
