package org.edm2search.campaign.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.edm2search.campaign.Examples;
import org.edm2search.campaign.TrialEnd;
import org.edm2search.campaign.TrialRequest;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.space.LossPoint;
import org.edm2search.space.SearchSpace;
import org.junit.jupiter.api.Test;

class TrialConversationTest {

  private static final Duration LIMIT = Duration.ofSeconds(4);
  private static final SearchSpace SPACE = Examples.space();

  private final RecordedProgress told = new RecordedProgress();
  private final TrialRequest request =
      new TrialRequest(
          3, SPACE.seed(), SPACE.seedCost(), Path.of("/shared/trials/0003"), 17, Optional.empty());
  private final TrialConversation trial = new TrialConversation(request, told, LIMIT);

  private static String line(News news) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      Wire.write(out, news);
      return out.toString(StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Order order(String line) {
    try {
      return Wire.readOrder(
              new ByteArrayInputStream((line + "\n").getBytes(StandardCharsets.UTF_8)),
              chatter -> {})
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private FailureKind failure() {
    return ((TrialEnd.Failed) trial.end().orElseThrow()).kind();
  }

  @Test
  void aWorkerUnderstandsTheOrder() {
    assertThat(((Order.Run) order(trial.order())).request()).isEqualTo(request);
  }

  @Test
  void aPointIsStoredBeforeTheWorkerGoesOn() {
    assertThat(trial.hear(line(new News.Ready()))).isEmpty();
    assertThat(trial.hear("a library prints this")).isEmpty();
    assertThat(
            trial.hear(
                line(new News.Progressed(3, Phase.TRAINING, 64, 640, OptionalDouble.of(0.5), 10))))
        .isEmpty();
    assertThat(trial.hear(line(new News.Point(3, new LossPoint(64, 0.5)))))
        .containsExactly(Wire.text(new Order.GoOn(3)));
    assertThat(told.reports).containsExactly(64L);
    assertThat(told.points).containsExactly(new LossPoint(64, 0.5));
    assertThat(trial.end()).isEmpty();
  }

  @Test
  void endsWithWhatTheWorkerSays() {
    TrialEnd end = new TrialEnd.Measured(3, Examples.measurement(1.5), Optional.empty());
    trial.hear(line(new News.Ended(end)));
    trial.exited(137, "its log");
    assertThat(trial.end()).contains(end);
  }

  @Test
  void newsOfAnotherTrialOrGarbledOnesEndIt() {
    trial.hear(line(new News.Point(4, new LossPoint(64, 0.5))));
    assertThat(failure()).isEqualTo(FailureKind.CRASHED);
    assertThat(told.points).isEmpty();
    TrialConversation other = new TrialConversation(request, told, LIMIT);
    other.hear("{\"type\":\"point\",\"trial\":");
    assertThat(other.end()).isPresent();
  }

  @Test
  void aWorkerThatStartsMayBeSilentForLongerThanOneThatTrains() {
    starts();
    trial.hear(line(new News.Ready()));
    starts();
    assertThat(failure()).isEqualTo(FailureKind.TIMED_OUT);
  }

  @Test
  void anotherWorkerHasItsOwnTimeToStart() {
    trial.hear(line(new News.Ready()));
    trial.begun();
    starts();
    assertThat(trial.end()).isEmpty();
  }

  @Test
  void aWorkerThatNeverStartsIsGivenUp() {
    for (int minute = 0; minute < 6; minute++) {
      starts();
    }
    assertThat(failure()).isEqualTo(FailureKind.TIMED_OUT);
  }

  /** Lets a minute pass. */
  private void starts() {
    for (int second = 0; second < 60; second++) {
      trial.passed(Duration.ofSeconds(1));
    }
  }

  @Test
  void silenceIsWarnedOfAndThenEndsIt() {
    trial.hear(line(new News.Ready()));
    trial.passed(Duration.ofSeconds(1));
    assertThat(told.silences).isEmpty();
    trial.passed(Duration.ofSeconds(1));
    assertThat(told.silences).containsExactly(Duration.ofSeconds(2));
    trial.passed(Duration.ofSeconds(1));
    assertThat(trial.end()).isEmpty();
    trial.passed(Duration.ofSeconds(1));
    assertThat(failure()).isEqualTo(FailureKind.TIMED_OUT);
  }

  @Test
  void aWishToStopIsPassedOnOnceToEachWorker() {
    assertThat(trial.passed(Duration.ZERO)).isEmpty();
    told.stop = true;
    assertThat(trial.passed(Duration.ZERO)).containsExactly(Wire.text(new Order.Stop(3)));
    assertThat(trial.passed(Duration.ZERO)).isEmpty();
    trial.begun();
    assertThat(trial.passed(Duration.ZERO)).containsExactly(Wire.text(new Order.Stop(3)));
    trial.lost("the executor is gone");
    assertThat(trial.end()).contains(new TrialEnd.Stopped(3));
  }

  @Test
  void whoEndedItIsToldByHowItsProcessEnded() {
    trial.exited(137, "its log");
    assertThat(failure()).isEqualTo(FailureKind.KILLED);
    TrialConversation crashed = new TrialConversation(request, told, LIMIT);
    crashed.exited(139, "its log");
    assertThat(((TrialEnd.Failed) crashed.end().orElseThrow()).reason())
        .contains("SIGSEGV", "its log");
    TrialConversation unable = new TrialConversation(request, told, LIMIT);
    unable.hear(line(new News.Unable(FailureKind.DATA, "no such file")));
    unable.exited(1, "its log");
    assertThat(unable.end()).contains(new TrialEnd.Failed(3, FailureKind.DATA, "no such file"));
  }
}
