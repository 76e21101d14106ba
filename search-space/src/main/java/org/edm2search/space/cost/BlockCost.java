package org.edm2search.space.cost;

/**
 * The share of one part of a network in its cost.
 *
 * @param name block name, such as {@code enc.16x16_block0}; or {@code embedding}, {@code input},
 *     {@code output}, {@code log-variance} for what lies outside the blocks
 * @param cost parameters and multiply-adds
 */
public record BlockCost(String name, Cost cost) {}
