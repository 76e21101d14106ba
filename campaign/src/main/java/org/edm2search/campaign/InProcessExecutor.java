package org.edm2search.campaign;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Supplier;
import org.edm2search.campaign.store.StoreException;
import org.edm2search.campaign.trial.RungLoss;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one trial at a time, on the campaign's own thread. */
public final class InProcessExecutor implements TrialExecutor {

  private static final Logger LOG = LoggerFactory.getLogger(InProcessExecutor.class);

  private final Objective objective;
  private final Queue<Supplier<TrialEnd>> started = new ArrayDeque<>();

  /** Creates an executor; the objective stays its owner's to close. */
  public InProcessExecutor(Objective objective) {
    this.objective = objective;
  }

  @Override
  public int slots() {
    return 1;
  }

  @Override
  public void start(TrialRequest request, TrialProgress progress) {
    started.add(() -> evaluate(objective, request, progress));
  }

  @Override
  public Optional<TrialEnd> await(Duration atMost) {
    return Optional.of(started.remove().get());
  }

  /**
   * Evaluates a candidate.
   *
   * @throws StoreException which is not the candidate's fault: the run must end
   */
  public static TrialEnd evaluate(
      Objective objective, TrialRequest request, TrialProgress progress) {
    try {
      Optional<RungLoss> loss = request.rung().map(rung -> objective.screen(request, progress));
      return request.rung().isEmpty() || request.rung().get().top()
          ? new TrialEnd.Measured(request.number(), objective.evaluate(request, progress), loss)
          : new TrialEnd.Screened(request.number(), loss.orElseThrow());
    } catch (StoreException e) {
      throw e;
    } catch (TrialStoppedException e) {
      return new TrialEnd.Stopped(request.number());
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      LOG.error("trial {} failed", request.number(), e);
      return TrialEnd.Failed.of(request.number(), e);
    }
  }

  @Override
  public void close() {
    started.clear();
  }
}
