package org.edm2search.campaign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.RungLoss;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.worker.Worker;
import org.edm2search.campaign.worker.WorkerExecutor;
import org.edm2search.campaign.worker.WorkerLaunch;
import org.edm2search.space.LossPoint;
import org.edm2search.space.SearchSpace;

/** A campaign in a process of its own, so that it can be killed. Trials have checkpoints. */
final class KillableCampaign {

  private static final int STEPS = 6;
  private static final int IMAGES_PER_STEP = 64;

  private KillableCampaign() {}

  /**
   * Arguments: the YAML file, the milliseconds of a step, the number of worker processes or 0 for
   * none. Prints what the campaign does. Without the YAML file it is such a worker.
   */
  public static void main(String[] arguments) {
    if (arguments.length == 1) {
      long stepMillis = Long.parseLong(arguments[0]);
      new Worker(System.in, System.out, () -> Runtime.getRuntime().halt(0))
          .serve(() -> new Training(stepMillis));
      return;
    }
    CampaignConfig config = CampaignConfig.load(Path.of(arguments[0]));
    CampaignListener printer =
        new CampaignListener() {
          @Override
          public void trialStarted(Trial trial, boolean again) {
            System.out.println("started " + trial.number() + (again ? " again" : ""));
            trial.rungs().goal().ifPresent(goal -> System.out.println("toward rung " + goal));
          }
        };
    int workers = Integer.parseInt(arguments[2]);
    System.out.println(
        "ended " + run(config, Long.parseLong(arguments[1]), workers, printer).ending());
  }

  static CampaignResult run(
      CampaignConfig config, long stepMillis, int workers, CampaignListener listener) {
    SearchSpace space = Examples.space(config);
    try (Campaign campaign =
            Campaign.open(config, space, Examples.ENVIRONMENT, Examples.PRICES, Clock.systemUTC());
        TrialExecutor executor = executor(config, stepMillis, workers)) {
      return campaign.run(executor, listener);
    }
  }

  private static TrialExecutor executor(CampaignConfig config, long stepMillis, int workers) {
    if (workers == 0) {
      return new InProcessExecutor(new Training(stepMillis));
    }
    List<String> command = TestProcess.java(KillableCampaign.class, Long.toString(stepMillis));
    return new WorkerExecutor(
        workers,
        new WorkerLaunch(
            (worker, log) -> command, WorkerLaunch.Variables.NONE, config.directory().logs()),
        "workers",
        config.executor().silence());
  }

  /**
   * Trains six steps, of which the rungs of three are the second, the fourth and the last.
   *
   * @param stepMillis how long a step takes
   */
  private record Training(long stepMillis) implements Objective {

    @Override
    public RungLoss screen(TrialRequest request, TrialProgress progress) {
      int rung = request.rung().orElseThrow().index();
      int steps = STEPS * (rung + 1) / request.rung().orElseThrow().count();
      double loss = 0.5 + train(request, progress, steps);
      pause(stepMillis);
      return new RungLoss(
          rung, (long) steps * IMAGES_PER_STEP, loss, 0.01, List.of(loss, 2 * loss));
    }

    @Override
    public Measurement evaluate(TrialRequest request, TrialProgress progress) {
      double last = train(request, progress, STEPS);
      if (request.number() % 5 == 3) {
        throw new IllegalStateException("diverged with " + last);
      }
      return Examples.measurement(request.cost().multiplyAdds() / 1e6 + last / 1000);
    }

    private double train(TrialRequest request, TrialProgress progress, int steps) {
      Path checkpoint = request.directory().resolve("checkpoint.txt");
      long state = request.seed();
      int done = Files.exists(checkpoint) ? Integer.parseInt(read(checkpoint)) : 0;
      for (int step = 0; step < steps; step++) {
        state = new SplittableRandom(state).nextLong();
        int images = (step + 1) * IMAGES_PER_STEP;
        if (step < done) {
          // As training does with what its checkpoint holds: the store may have lost the last
          // second.
          progress.record(new LossPoint(images, fraction(state)));
          continue;
        }
        progress.report(
            Phase.TRAINING,
            images,
            STEPS * IMAGES_PER_STEP,
            OptionalDouble.of(fraction(state)),
            1e3);
        progress.record(new LossPoint(images, fraction(state)));
        replace(checkpoint, Integer.toString(step + 1));
        pause(stepMillis);
      }
      return fraction(state);
    }
  }

  private static double fraction(long state) {
    return (state >>> 11) * 0x1p-53;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void replace(Path file, String text) {
    Path fresh = file.resolveSibling("checkpoint.new");
    try {
      Files.writeString(fresh, text);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
