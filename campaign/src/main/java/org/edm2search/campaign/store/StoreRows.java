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
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Documents as the texts that a row holds. */
final class StoreRows {

  static final RowMapper<CampaignRecord> CAMPAIGN =
      (row, context) -> TrialDocuments.campaign(document(row.getString(1)));
  static final RowMapper<Trial> TRIAL =
      (row, context) -> TrialDocuments.trial(document(row.getString(1)));
  static final RowMapper<Rejection> REJECTION =
      (row, context) -> TrialDocuments.rejection(document(row.getString(1)));
  static final RowMapper<Attempt> ATTEMPT =
      (row, context) -> TrialDocuments.attempt(document(row.getString(1)));
  static final RowMapper<LossPoint> POINT =
      (row, context) -> new LossPoint(row.getLong("images"), row.getDouble("loss"));

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private StoreRows() {}

  static String text(JsonNode document) {
    return MAPPER.writeValueAsString(document);
  }

  static JsonNode document(String text) {
    return MAPPER.readTree(text);
  }

  /** Returns all loss curves, by trial. */
  static List<LossCurve> curves(Query points) {
    Map<Integer, List<LossPoint>> byTrial = new TreeMap<>();
    points
        .map(
            (row, context) ->
                byTrial
                    .computeIfAbsent(row.getInt("trial"), trial -> new ArrayList<>())
                    .add(POINT.map(row, context)))
        .forEach(added -> {});
    List<LossCurve> curves = new ArrayList<>();
    byTrial.forEach((trial, of) -> curves.add(new LossCurve(trial, of)));
    return curves;
  }
}
