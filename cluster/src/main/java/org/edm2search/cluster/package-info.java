/** Trials on the machines of a cluster, by Apache Spark. */
@NullMarked
package org.edm2search.cluster;

import org.jspecify.annotations.NullMarked;
