/** Tensor files: safetensors, training checkpoints and the exported bundle. */
@NullMarked
package org.edm2search.model.checkpoint;

import org.jspecify.annotations.NullMarked;
