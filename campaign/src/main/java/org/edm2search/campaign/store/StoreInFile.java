package org.edm2search.campaign.store;

/** Trials are kept in a file of the campaign's directory. */
public record StoreInFile() implements StoreSettings {}
