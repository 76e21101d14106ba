package org.edm2search.campaign.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.LossCurve;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.LossPoint;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Documents as the texts that a row holds. */
final class StoreRows {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private StoreRows() {}

  static String text(JsonNode document) {
    return MAPPER.writeValueAsString(document);
  }

  static JsonNode document(String text) {
    return MAPPER.readTree(text);
  }

  static Trial trial(String text) {
    return TrialDocuments.trial(document(text));
  }

  static CampaignRecord campaign(String text) {
    return TrialDocuments.campaign(document(text));
  }

  static Attempt attempt(String text) {
    return TrialDocuments.attempt(document(text));
  }

  static Rejection rejection(String text) {
    return TrialDocuments.rejection(document(text));
  }

  /** Returns all loss curves, by trial. */
  static List<LossCurve> curves(Handle handle) {
    Map<Integer, List<LossPoint>> points = new TreeMap<>();
    StoreSql.query(handle, "select-curves")
        .map(
            (row, context) ->
                points
                    .computeIfAbsent(row.getInt("trial"), trial -> new ArrayList<>())
                    .add(new LossPoint(row.getLong("images"), row.getDouble("loss"))))
        .forEach(added -> {});
    List<LossCurve> curves = new ArrayList<>();
    points.forEach((trial, of) -> curves.add(new LossCurve(trial, of)));
    return curves;
  }
}
