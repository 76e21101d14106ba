/** What can be searched: genes, scopes, genotypes and constraints. */
@NullMarked
package org.edm2search.space;

import org.jspecify.annotations.NullMarked;
