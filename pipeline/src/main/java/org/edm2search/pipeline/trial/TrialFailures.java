package org.edm2search.pipeline.trial;

import java.util.function.Supplier;
import org.edm2search.campaign.TrialFailedException;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.data.InvalidDatasetException;
import org.edm2search.eval.fid.InvalidFeaturesException;
import org.edm2search.model.checkpoint.InvalidTensorFileException;
import org.edm2search.model.device.DeviceMemoryException;
import org.edm2search.space.architecture.InvalidArchitectureException;
import org.edm2search.space.yaml.InvalidConfigException;
import org.edm2search.train.InfeasibleTrainingException;
import org.edm2search.train.TrainingDivergedException;

/** Says whose fault a failure of training or scoring is, where its exception tells. */
public final class TrialFailures {

  private TrialFailures() {}

  /**
   * Does some work of a trial.
   *
   * @throws TrialFailedException in place of an exception that tells whose fault it is
   */
  public static <T> T named(Supplier<T> work) {
    try {
      return work.get();
    } catch (TrainingDivergedException e) {
      throw new TrialFailedException(FailureKind.DIVERGED, e.getMessage(), e);
    } catch (InvalidArchitectureException | InfeasibleTrainingException e) {
      throw new TrialFailedException(FailureKind.INFEASIBLE, e.getMessage(), e);
    } catch (DeviceMemoryException e) {
      throw new TrialFailedException(FailureKind.OUT_OF_MEMORY, e.getMessage(), e);
    } catch (InvalidDatasetException
        | InvalidFeaturesException
        | InvalidTensorFileException
        | InvalidConfigException e) {
      throw new TrialFailedException(FailureKind.DATA, e.getMessage(), e);
    }
  }
}
