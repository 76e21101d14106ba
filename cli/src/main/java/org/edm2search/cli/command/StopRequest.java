package org.edm2search.cli.command;

/** A request to stop, from another thread. */
final class StopRequest {

  private volatile boolean requested;

  void request() {
    requested = true;
  }

  boolean requested() {
    return requested;
  }
}
