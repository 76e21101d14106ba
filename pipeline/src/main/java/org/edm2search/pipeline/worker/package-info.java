/**
 * Worker processes of this program: how they are started, how many are fastest, and what they do.
 */
@NullMarked
package org.edm2search.pipeline.worker;

import org.jspecify.annotations.NullMarked;
