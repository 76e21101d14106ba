/** Small pictures as SVG and PNG. */
@NullMarked
package org.edm2search.campaign.picture;

import org.jspecify.annotations.NullMarked;
