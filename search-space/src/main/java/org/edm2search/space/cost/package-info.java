/** What an architecture costs, before it is trained: parameters and multiply-adds. */
package org.edm2search.space.cost;
