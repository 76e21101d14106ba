package org.edm2search.campaign.leaderboard;

import java.util.Optional;
import java.util.OptionalDouble;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.strategy.SearchSettings;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.architecture.UNetLayout;
import org.edm2search.space.cost.ActivationModel;
import org.edm2search.space.cost.Expense;
import org.edm2search.space.yaml.InvalidConfigException;
import org.edm2search.space.yaml.YamlTree;

/** What a campaign weighs against the score: what its file declares, otherwise FLOPs. */
public final class SecondObjective {

  private SecondObjective() {}

  /**
   * Returns what a campaign declares in {@code search.objectives}. A file that this version cannot
   * read declares nothing.
   */
  public static Expense of(Optional<CampaignRecord> campaign) {
    return campaign.flatMap(record -> declared(record.configText())).orElse(Expense.FLOPS);
  }

  private static Optional<Expense> declared(String config) {
    try {
      return SearchSettings.read(
              YamlTree.parse(config, "campaign.yaml").root().sectionOrEmpty("search"))
          .second();
    } catch (InvalidConfigException e) {
      return Optional.empty();
    }
  }

  /** Returns what a trial's network takes; empty for a latency that was not measured. */
  public static OptionalDouble of(Trial trial, Expense expense) {
    return switch (expense) {
      case PARAMETERS -> OptionalDouble.of(trial.candidate().cost().parameters());
      case FLOPS -> OptionalDouble.of(trial.candidate().cost().multiplyAdds());
      case ACTIVATION_BYTES ->
          OptionalDouble.of(ActivationModel.bytes(UNetLayout.of(trial.candidate().architecture())));
      case LATENCY ->
          trial
              .measurement()
              .map(measurement -> measurement.value(Quantity.LATENCY))
              .orElse(OptionalDouble.empty());
    };
  }
}
