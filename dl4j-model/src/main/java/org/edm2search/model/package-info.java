/** An architecture as tensors: the network, its graph and how it is run. */
package org.edm2search.model;
