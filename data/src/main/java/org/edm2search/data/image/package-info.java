/** Images of bytes: decoded within limits, resized and cropped as Pillow does it. */
package org.edm2search.data.image;
