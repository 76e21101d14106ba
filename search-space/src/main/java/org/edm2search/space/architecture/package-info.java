/**
 * A diffusion U-Net as data: the declarative {@link
 * org.edm2search.space.architecture.ArchitectureSpec}, the block grammar and the laid-out network
 * that cost model, graph builder and printers all read.
 */
@NullMarked
package org.edm2search.space.architecture;

import org.jspecify.annotations.NullMarked;
