package org.edm2search.campaign;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.store.TrialStore;
import org.edm2search.campaign.strategy.SeedStream;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.Spending;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.LossPoint;

/**
 * Ends trials that are not to be tried again, although nothing says that their candidate failed.
 */
final class Exclusion {

  private Exclusion() {}

  /**
   * Ends a trial as failed. It is charged its training up to the last point of its loss curve.
   *
   * @return whether there is such a trial and it was not finished
   */
  static boolean exclude(TrialStore store, int number, String why, Instant now) {
    Optional<Trial> trial = store.trial(number).filter(one -> !one.state().finished());
    trial.ifPresent(one -> exclude(store, one, why, now));
    return trial.isPresent();
  }

  private static void exclude(TrialStore store, Trial trial, String why, Instant now) {
    CampaignRecord campaign = store.campaign().orElseThrow();
    List<LossPoint> curve = store.losses(trial.number());
    long images = curve.isEmpty() ? 0 : curve.get(curve.size() - 1).images();
    Provenance origin =
        Provenance.of(Map.of(), Map.of(), "")
            .forTrial(
                new SeedStream(campaign.seed()).seed("trial", trial.number()),
                campaign.configDigest());
    Trial started =
        trial
            .started(now)
            .charged(
                new Spending(
                    trial.candidate().cost().training(images), BigInteger.ZERO, BigInteger.ZERO));
    store.start(started);
    store.finish(started.excluded(why, origin, now), store.strategyState().orElseThrow());
  }
}
