/** Where tensors live and what computes with them: the CPU, or a GPU with memory of its own. */
@NullMarked
package org.edm2search.model.device;

import org.jspecify.annotations.NullMarked;
