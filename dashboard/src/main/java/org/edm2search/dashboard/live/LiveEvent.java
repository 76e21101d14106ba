package org.edm2search.dashboard.live;

/**
 * One message to a browser.
 *
 * @param name the event's name: the place on the page it is for
 * @param content HTML or JSON
 */
public record LiveEvent(String name, String content) {}
