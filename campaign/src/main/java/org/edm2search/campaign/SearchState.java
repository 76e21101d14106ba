package org.edm2search.campaign;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.edm2search.campaign.trial.Trial;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where a search was when it proposed its last candidate or decided a rung. Trials may have ended
 * since that the strategy had not been told of: a resumed campaign tells it again, at the same
 * points.
 *
 * @param told the strategy had been told of the trials below this number, and of no others; 0 in a
 *     search by rungs, where trials and scheduler say what was told
 * @param strategy its own state
 * @param scheduler the state of what decides rungs by brackets
 * @param ran how long the campaign's runs took until then, 0 where its budget does not ask
 */
record SearchState(int told, String strategy, Optional<String> scheduler, Duration ran) {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String TOLD = "told";
  private static final String STRATEGY = "strategy";
  private static final String SCHEDULER = "scheduler";
  private static final String RAN = "ran_millis";

  /** Returns this state after the campaign has run longer. */
  SearchState after(Duration ranInAll) {
    return new SearchState(told, strategy, scheduler, ranInAll);
  }

  /** Returns this state after rungs were decided. */
  SearchState with(Optional<String> decided) {
    return new SearchState(told, strategy, decided, ran);
  }

  String json() {
    ObjectNode node = MAPPER.createObjectNode();
    node.put(TOLD, told);
    node.set(STRATEGY, MAPPER.readTree(strategy));
    scheduler.ifPresent(state -> node.set(SCHEDULER, MAPPER.readTree(state)));
    if (!ran.isZero()) {
      node.put(RAN, ran.toMillis());
    }
    return MAPPER.writeValueAsString(node);
  }

  /**
   * Reads what a store has. A campaign of before trials ran side by side holds the strategy's state
   * alone, which had been told of all that was finished.
   */
  static SearchState of(String json, List<Trial> trials) {
    JsonNode node = MAPPER.readTree(json);
    if (node.has(TOLD)) {
      return new SearchState(
          node.get(TOLD).intValue(),
          node.get(STRATEGY).toString(),
          node.optional(SCHEDULER).map(JsonNode::toString),
          Duration.ofMillis(node.path(RAN).asLong(0)));
    }
    return new SearchState(finishedFirst(trials), json, Optional.empty(), Duration.ZERO);
  }

  private static int finishedFirst(List<Trial> trials) {
    int count = 0;
    while (count < trials.size() && trials.get(count).state().finished()) {
      count++;
    }
    return count;
  }

  /** Returns the trials as the strategy knew them: none finished that it had not been told of. */
  List<Trial> known(List<Trial> trials) {
    List<Trial> known = new ArrayList<>();
    for (Trial trial : trials) {
      known.add(
          trial.number() < told
              ? trial
              : Trial.waiting(trial.number(), trial.candidate(), trial.createdAt()));
    }
    return known;
  }
}
