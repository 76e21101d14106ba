/** Tensor files: safetensors, training checkpoints and the exported bundle. */
package org.edm2search.model.checkpoint;
