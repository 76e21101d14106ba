/** How images are drawn: noise levels, churn and guidance, as campaigns and bundles name them. */
package org.edm2search.model.sampling;
