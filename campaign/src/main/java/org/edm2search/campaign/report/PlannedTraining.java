package org.edm2search.campaign.report;

import java.util.OptionalDouble;
import org.edm2search.campaign.fidelity.FidelitySettings;
import org.edm2search.campaign.fidelity.FidelitySettings.Mode;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.space.yaml.InvalidConfigException;
import org.edm2search.space.yaml.Section;
import org.edm2search.space.yaml.YamlTree;

/** What a campaign in rungs will have spent on training when all its planned trials have ended. */
public final class PlannedTraining {

  private PlannedTraining() {}

  /**
   * Returns the multiply-adds of training that a campaign's file plans: of each trial the rungs
   * that it is trained to if none fails, but for the seed architecture's own way to the top.
   *
   * @return empty for a campaign without rungs, and for a file that this version cannot read
   */
  public static OptionalDouble flops(CampaignRecord campaign) {
    try {
      Section root = YamlTree.parse(campaign.configText(), "campaign.yaml").root();
      if (!root.has("fidelity")) {
        return OptionalDouble.empty();
      }
      Mode mode = root.sectionOrEmpty("search").choice("mode", Mode.class, Mode.REPRODUCIBLE);
      FidelitySettings settings = FidelitySettings.read(root.section("fidelity"), mode);
      return OptionalDouble.of(
          root.section("training").amount("flops")
              * settings.wholeTrainings(campaign.plannedTrials()));
    } catch (InvalidConfigException e) {
      return OptionalDouble.empty();
    }
  }
}
