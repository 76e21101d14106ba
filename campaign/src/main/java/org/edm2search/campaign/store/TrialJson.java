package org.edm2search.campaign.store;

import org.edm2search.campaign.trial.Provenance;
import tools.jackson.databind.json.JsonMapper;

/** Values kept as JSON text. */
final class TrialJson {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private TrialJson() {}

  static String write(Provenance provenance) {
    return MAPPER.writeValueAsString(provenance);
  }

  static Provenance provenance(String json) {
    return MAPPER.readValue(json, Provenance.class);
  }
}
