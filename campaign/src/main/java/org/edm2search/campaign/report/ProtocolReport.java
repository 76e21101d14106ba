package org.edm2search.campaign.report;

import org.edm2search.campaign.trial.Protocol;

/**
 * How a score was obtained.
 *
 * @param protocol in a sentence
 * @param protocolDigest its identity: only scores of one digest compare
 */
public record ProtocolReport(String protocol, String protocolDigest) {

  static ProtocolReport of(Protocol protocol) {
    return new ProtocolReport(protocol.text(), protocol.digest());
  }
}
