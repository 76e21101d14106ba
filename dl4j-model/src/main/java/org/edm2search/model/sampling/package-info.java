/** How images are drawn: noise levels, churn and guidance, as campaigns and bundles name them. */
@NullMarked
package org.edm2search.model.sampling;

import org.jspecify.annotations.NullMarked;
