package org.edm2search.model.plan;

/**
 * What runs, and where its values lie.
 *
 * @param schedule operations in order
 * @param chains those of them that run tile by tile
 * @param placement places of their values
 */
record Layout(Schedule schedule, TiledChains chains, Placement placement) {}
