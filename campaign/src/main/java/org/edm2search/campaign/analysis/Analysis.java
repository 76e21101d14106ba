package org.edm2search.campaign.analysis;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.edm2search.campaign.journal.CampaignSnapshot;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.leaderboard.ParetoFront;
import org.edm2search.campaign.leaderboard.SecondObjective;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.trial.Spending;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.cost.Expense;

/**
 * What is known of a campaign beyond its ranking, from its journal alone.
 *
 * @param campaign which one
 * @param best the best architecture
 * @param genes what each gene does
 * @param ancestry of the best, back to G*
 * @param secondObjective what is weighed against the score
 * @param scatter every ranked architecture
 * @param course how the search went
 */
public record Analysis(
    @JsonUnwrapped Subject campaign,
    Best best,
    GeneEffects genes,
    List<Ancestor> ancestry,
    String secondObjective,
    List<Place> scatter,
    Course course) {

  public Analysis {
    ancestry = List.copyOf(ancestry);
    scatter = List.copyOf(scatter);
  }

  /**
   * A campaign that is analyzed.
   *
   * @param name its name
   * @param strategy that proposed its trials
   * @param scoreName what scores measure, lower is better
   * @param protocolDigest only scores of equal digest compare
   * @param trials how many there are
   * @param spentFlops by all of them
   */
  public record Subject(
      @JsonProperty("campaign") String name,
      String strategy,
      String scoreName,
      String protocolDigest,
      int trials,
      BigInteger spentFlops) {

    private static Subject of(CampaignSnapshot snapshot, Leaderboard.Table table) {
      return new Subject(
          snapshot.campaign().map(CampaignRecord::name).orElse(""),
          snapshot.campaign().map(CampaignRecord::strategy).orElse(""),
          table.scoreName(),
          table.protocol().digest(),
          snapshot.trials().size(),
          Spending.of(snapshot.trials()).total());
    }
  }

  /**
   * The architecture of lowest rank.
   *
   * @param trial its number
   * @param typical its typical score
   * @param low95 lower end of the 95 % interval
   * @param high95 upper end
   * @param probability that it is the best of its campaign
   */
  public record Best(
      int trial,
      double typical,
      @JsonProperty("low_95") double low95,
      @JsonProperty("high_95") double high95,
      double probability) {}

  /**
   * A ranked architecture.
   *
   * @param trial its number
   * @param score mean of its trainings
   * @param cost how much of the second objective it takes
   * @param pareto whether no other is better in both
   */
  public record Place(int trial, double score, double cost, boolean pareto) {}

  /**
   * Analyzes campaigns.
   *
   * @param snapshots of their journals, each with a complete trial
   */
  public static List<Analysis> of(List<CampaignSnapshot> snapshots) {
    List<Trial> all = new ArrayList<>();
    Expense second = SecondObjective.of(snapshots.get(0).campaign());
    snapshots.forEach(snapshot -> all.addAll(snapshot.trials()));
    Course.Box box = Course.Box.of(all, second);
    return snapshots.stream().map(snapshot -> of(snapshot, second, box)).toList();
  }

  private static Analysis of(CampaignSnapshot snapshot, Expense second, Course.Box box) {
    Leaderboard.Table table = Leaderboard.of(snapshot.trials(), second).tables().get(0);
    Leaderboard.Row best = table.rows().get(0);
    return new Analysis(
        Subject.of(snapshot, table),
        new Best(
            best.trial().number(),
            best.standing().typical(),
            best.standing().low(),
            best.standing().high(),
            best.standing().best()),
        GeneEffects.of(table),
        Ancestor.line(best, table),
        second.text(),
        places(table),
        Course.of(snapshot.trials(), second, box));
  }

  private static List<Place> places(Leaderboard.Table table) {
    List<Trial> front = ParetoFront.of(table);
    List<Place> places = new ArrayList<>();
    for (Leaderboard.Row row : table.rows()) {
      OptionalDouble cost = SecondObjective.of(row.trial(), table.second());
      cost.ifPresent(
          known ->
              places.add(
                  new Place(
                      row.trial().number(), row.rankedBy(), known, front.contains(row.trial()))));
    }
    return places;
  }
}
