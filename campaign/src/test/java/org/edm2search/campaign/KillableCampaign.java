package org.edm2search.campaign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.edm2search.campaign.trial.LossPoint;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.SearchSpace;

/** A campaign in a process of its own, so that it can be killed. Trials have checkpoints. */
final class KillableCampaign {

  private static final int STEPS = 6;
  private static final int IMAGES_PER_STEP = 64;

  private KillableCampaign() {}

  /** Arguments: the YAML file, then the milliseconds of a step. Prints what the campaign does. */
  public static void main(String[] arguments) {
    CampaignConfig config = CampaignConfig.load(Path.of(arguments[0]));
    CampaignListener printer =
        new CampaignListener() {
          @Override
          public void trialStarted(Trial trial, boolean again) {
            System.out.println("started " + trial.number() + (again ? " again" : ""));
          }
        };
    System.out.println("ended " + run(config, Long.parseLong(arguments[1]), printer).ending());
  }

  static CampaignResult run(CampaignConfig config, long stepMillis, CampaignListener listener) {
    SearchSpace space = Examples.space(config);
    try (Campaign campaign =
        Campaign.open(config, space, Examples.ENVIRONMENT, Clock.systemUTC())) {
      return campaign.run(
          (request, progress) -> evaluate(space, campaign, request, progress, stepMillis),
          listener);
    }
  }

  private static Measurement evaluate(
      SearchSpace space,
      Campaign campaign,
      TrialRequest request,
      TrialProgress progress,
      long stepMillis) {
    Path checkpoint = request.directory().resolve("checkpoint.txt");
    long state = request.seed();
    int done = 0;
    if (Files.exists(checkpoint)) {
      String[] words = read(checkpoint).split(" ");
      done = Integer.parseInt(words[0]);
      state = Long.parseLong(words[1]);
    }
    for (int step = done; step < STEPS; step++) {
      state = new SplittableRandom(state).nextLong();
      int images = (step + 1) * IMAGES_PER_STEP;
      progress.report(
          Phase.TRAINING, images, STEPS * IMAGES_PER_STEP, OptionalDouble.of(fraction(state)), 1e3);
      progress.record(new LossPoint(images, fraction(state)));
      replace(checkpoint, (step + 1) + " " + state);
      pause(stepMillis);
    }
    if (request.number() % 5 == 3) {
      throw new IllegalStateException("diverged with " + fraction(state));
    }
    Trial trial = campaign.trials().trial(request.number()).orElseThrow();
    return Examples.measurement(
        Examples.synthetic(space, space.parse(trial.candidate().genotype()))
            + fraction(state) / 1000);
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
