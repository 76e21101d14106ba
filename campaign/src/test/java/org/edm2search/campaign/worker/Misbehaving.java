package org.edm2search.campaign.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalDouble;
import org.edm2search.campaign.Examples;
import org.edm2search.campaign.TrialProgress;
import org.edm2search.campaign.TrialRequest;
import org.edm2search.campaign.TrialStoppedException;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.space.LossPoint;

/** A worker process whose trials go wrong, each by its number. */
final class Misbehaving {

  static final int FINE = 0;
  static final int DIES = 1;
  static final int EXITS = 2;
  static final int THROWS = 3;
  static final int TALKS_NONSENSE = 4;
  static final int TALKS_OF_OTHERS = 5;
  static final int GOES_ON_FOREVER = 6;
  static final int PRINTS = 7;
  static final int CRASHES = 8;
  static final int FREEZES = 9;

  static final String WITHOUT_DATA = "--without-data";

  private Misbehaving() {}

  public static void main(String[] arguments) {
    if (List.of(arguments).contains(WITHOUT_DATA)) {
      new Worker(System.in, System.out, () -> {})
          .serve(
              () -> {
                throw new UncheckedIOException(new IOException("no such file: images.zip"));
              });
    }
    if (arguments.length > 0) {
      throw new IllegalArgumentException("there is no such option");
    }
    new Worker(System.in, System.out, () -> Runtime.getRuntime().halt(0))
        .serve(() -> Misbehaving::evaluate);
  }

  private static Measurement evaluate(TrialRequest request, TrialProgress progress) {
    progress.report(Phase.TRAINING, 0, 10, OptionalDouble.of(0.5), 1);
    progress.record(new LossPoint(1, 0.5));
    switch (request.number()) {
      case DIES -> signal("KILL");
      case FREEZES -> signal("STOP");
      case CRASHES -> signal("SEGV");
      case EXITS -> Runtime.getRuntime().halt(3);
      case THROWS -> throw new IllegalStateException("loss is NaN");
      case TALKS_NONSENSE -> say("{\"type\":\"ended\"}\n");
      case TALKS_OF_OTHERS ->
          say("{\"type\":\"ended\",\"end\":{\"how\":\"stopped\",\"trial\":0}}\n");
      case PRINTS -> say("native chatter without an end");
      default -> {}
    }
    while (request.number() != FINE && request.number() != PRINTS) {
      if (progress.stopRequested()) {
        throw new TrialStoppedException();
      }
      pause();
    }
    return Examples.measurement(request.seed());
  }

  private static void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(ProcessHandle.current().pid()))
          .start()
          .waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void say(String text) {
    System.out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    System.out.flush();
  }

  private static void pause() {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
