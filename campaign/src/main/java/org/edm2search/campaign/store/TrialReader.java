package org.edm2search.campaign.store;

import java.util.List;
import java.util.Optional;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.LossPoint;

/** The reading half of a store. Thread-safe; each call sees one committed state. */
public interface TrialReader extends AutoCloseable {

  /** Returns a number that grows with every write: poll it to learn of news cheaply. */
  long revision();

  /** Returns the campaign, empty before its first run. */
  Optional<CampaignRecord> campaign();

  /** Returns all trials by number, without gaps. */
  List<Trial> trials();

  /** Returns one trial. */
  Optional<Trial> trial(int number);

  /** Returns a trial's loss curve by images, also while it runs. */
  List<LossPoint> losses(int number);

  /** Returns the last reported progress of each trial that runs, by trial. */
  List<Progress> progress();

  /** Returns the attempts at trials that failed, in the order they did. */
  List<Attempt> attempts();

  /** Returns the candidates refused before training, in the order they were first refused. */
  List<Rejection> rejections();

  @Override
  void close();
}
