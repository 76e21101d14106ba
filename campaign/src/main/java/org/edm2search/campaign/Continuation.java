package org.edm2search.campaign;

import java.nio.file.Files;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.yaml.InvalidConfigException;

/** What must be as it was for a campaign to go on. */
final class Continuation {

  private Continuation() {}

  /**
   * Requires that a campaign goes on with the settings, data and features it was begun with.
   *
   * @throws InvalidConfigException saying what is another one
   */
  static void require(
      CampaignConfig config, SearchSpace space, Provenance environment, TrialReader store) {
    CampaignDirectory directory = config.directory();
    Optional<CampaignRecord> before = store.campaign();
    if (before.isEmpty()) {
      if (Files.exists(directory.trial(0))) {
        throw new InvalidConfigException(
            directory.path().toString(),
            "the store is empty, but trials/ is not; 'edm2-search doctor %s' says more; or start a"
                    .formatted(directory.path())
                + " new campaign directory");
      }
      return;
    }
    config.requireContinues(before.get().configText(), directory);
    List<Trial> trials = store.trials();
    if (!trials.isEmpty()
        && !trials.get(0).candidate().architectureId().equals(space.seedGenotype().id())) {
      throw changed(directory, "the data set now gives another seed architecture");
    }
    last(store).ifPresent(trial -> requireSame(directory, trial, environment.digests()));
  }

  /** The trial that ended last: where an earlier change was accepted, it was run after that. */
  private static Optional<Trial> last(TrialReader store) {
    return store.trials().stream()
        .filter(trial -> trial.provenance().isPresent())
        .max(Comparator.comparing(trial -> trial.finishedAt().orElseThrow()));
  }

  private static boolean sameAsLast(Provenance environment, TrialReader store) {
    return last(store)
        .flatMap(Trial::provenance)
        .filter(origin -> origin.digests().entrySet().containsAll(environment.digests().entrySet()))
        .isPresent();
  }

  private static void requireSame(
      CampaignDirectory directory, Trial last, Map<String, String> digests) {
    Map<String, String> recorded = last.provenance().orElseThrow().digests();
    digests.forEach(
        (role, digest) -> {
          if (!recorded.getOrDefault(role, digest).equals(digest)) {
            throw changed(
                directory,
                "%s changed: its digest is %s, but trial %d was run with %s"
                    .formatted(role, digest, last.number(), recorded.get(role)));
          }
        });
  }

  /**
   * Moves away what unfinished trials have trained if the last trial was run with something else:
   * on other data it does not go on.
   */
  static void beginAnewIfChanged(
      CampaignDirectory directory, Provenance environment, TrialReader store) {
    if (sameAsLast(environment, store)) {
      return;
    }
    for (Trial trial : store.trials()) {
      if (!trial.state().finished()) {
        directory.moveTrialAside(trial.number());
      }
    }
  }

  private static InvalidConfigException changed(CampaignDirectory directory, String what) {
    return new InvalidConfigException(
        directory.path().toString(),
        what
            + "; its trials compare only with trials on the same: bring back what was there, or, if only"
            + " damaged images of the data set were mended, run it with --accept-data, or go on"
            + " with what is there now in a campaign.directory of its own (trials already complete are"
            + " not lost: leaderboard, show, evaluate and export still read them here)");
  }
}
