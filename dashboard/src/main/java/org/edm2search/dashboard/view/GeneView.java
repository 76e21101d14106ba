package org.edm2search.dashboard.view;

/**
 * One gene's value in a trial.
 *
 * @param name the locus: the gene and, where it does not apply everywhere, its place
 * @param value the allele
 * @param changed whether it differs from the seed architecture's
 */
public record GeneView(String name, String value, boolean changed) {}
