/** From a trained network to a model that is published: what was chosen, and the bundle. */
@NullMarked
package org.edm2search.pipeline.release;

import org.jspecify.annotations.NullMarked;
