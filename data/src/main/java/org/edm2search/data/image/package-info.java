/** Images of bytes: decoded within limits, resized and cropped as Pillow does it. */
@NullMarked
package org.edm2search.data.image;

import org.jspecify.annotations.NullMarked;
