/** What can be searched: genes, scopes, genotypes and constraints. */
package org.edm2search.space;
