package org.edm2search.campaign.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.edm2search.campaign.Examples;
import org.edm2search.campaign.TrialEnd;
import org.edm2search.campaign.TrialRequest.Rung;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.RungLoss;
import org.edm2search.space.LossPoint;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.cost.Cost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireTest {

  private static final List<News> NEWS =
      List.of(
          new News.Ready(),
          new News.Progressed(3, Phase.TRAINING, 64, 640, OptionalDouble.of(0.25), 100.5),
          new News.Progressed(
              3, Phase.SAMPLING, 1, 10, OptionalDouble.empty(), Double.POSITIVE_INFINITY),
          new News.Point(3, new LossPoint(64, 0.1 + 0.2)),
          new News.Point(3, new LossPoint(128, Double.NaN)),
          new News.Ended(new TrialEnd.Measured(3, Examples.measurement(1 / 3.0), Optional.empty())),
          new News.Ended(
              new TrialEnd.Screened(4, new RungLoss(1, 640, 1 / 3.0, 0.01, List.of(0.5, 0.25)))),
          new News.Ended(
              new TrialEnd.Failed(5, FailureKind.DIVERGED, "loss is NaN\nat 640 images — ×")),
          new News.Unable(FailureKind.DATA, "no such file"),
          new News.Ended(new TrialEnd.Stopped(6)));

  private static final List<Order> ORDERS =
      List.of(
          new Order.Run(
              3,
              "a: 1\nb: \"x\"\n",
              new Cost(12, Long.MAX_VALUE),
              "/a b",
              Long.MIN_VALUE,
              Optional.empty()),
          new Order.Run(4, "a: 1", new Cost(1, 2), "/", 0, Optional.of(new Rung(1, 3))),
          new Order.GoOn(3),
          new Order.Stop(3));

  private final List<String> chatter = new ArrayList<>();

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private List<News> read(InputStream in) throws IOException {
    List<News> all = new ArrayList<>();
    for (var news = Wire.readNews(in, chatter::add);
        news.isPresent();
        news = Wire.readNews(in, chatter::add)) {
      all.add(news.get());
    }
    return all;
  }

  @Test
  void messagesArriveAsTheyWereSent() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (News news : NEWS) {
      Wire.write(out, news);
    }
    assertThat(read(new ByteArrayInputStream(out.toByteArray()))).isEqualTo(NEWS);
    out.reset();
    for (Order order : ORDERS) {
      Wire.write(out, order);
    }
    InputStream in = new ByteArrayInputStream(out.toByteArray());
    for (Order order : ORDERS) {
      assertThat(Wire.readOrder(in, chatter::add)).contains(order);
    }
    assertThat(Wire.readOrder(in, chatter::add)).isEmpty();
    assertThat(chatter).isEmpty();
  }

  @Test
  void chatterOfLibrariesComesInBetween() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("onednn_verbose,info\r\nhalf a line".getBytes(StandardCharsets.UTF_8));
    Wire.write(out, NEWS.get(0));
    out.writeBytes(new byte[] {(byte) 0xff, (byte) 0xfe, 0, '\n', '\n'});
    Wire.write(out, NEWS.get(1));
    assertThat(read(new ByteArrayInputStream(out.toByteArray())))
        .containsExactly(NEWS.get(0), NEWS.get(1));
    assertThat(chatter).hasSize(3).contains("half a line");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{}",
        "{\"type\":\"explode\"}",
        "{\"type\":\"run\",\"trial\":1}",
        "{\"type\":\"point\",\"trial\":1}",
        "{\"type\":\"point\",\"trial\":-1,\"point\":{\"images\":1,\"loss\":1}}",
        "{\"type\":\"point\",\"trial\":1,\"point\":{\"images\":-1,\"loss\":1}}",
        "{\"type\":\"point\",\"trial\":1,\"point\":null}",
        "{\"type\":\"point\",\"trial\":1,\"point\":{\"images\":1,\"loss\":\"high\"}}",
        "{\"type\":\"progress\",\"trial\":1,\"phase\":\"RESTING\",\"done\":1,\"total\":2,"
            + "\"loss\":null,\"imagesPerSecond\":1}",
        "{\"type\":\"progress\",\"trial\":1,\"phase\":\"TRAINING\",\"done\":-1,\"total\":2,"
            + "\"loss\":null,\"imagesPerSecond\":1}",
        "{\"type\":\"ended\",\"end\":null}",
        "{\"type\":\"ended\",\"end\":{\"how\":\"failed\",\"trial\":1,\"reason\":null}}",
        "{\"type\":\"ended\",\"end\":{\"how\":\"measured\",\"trial\":1}}",
        "{\"type\":\"ended\",\"end\":{\"how\":\"stopped\",\"trial\":99999999}}",
        "{\"type\":\"ready\",\"extra\":1}",
        "{\"type\":\"ready\"} {\"type\":\"ready\"}",
        "{\"type\":\"org.edm2search.campaign.worker.News$Ready\"}"
      })
  void aLineThatOnlyLooksLikeAMessageIsAnError(String line) {
    assertThatThrownBy(() -> read(stream(line + "\n")))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining("this line is not a message");
  }

  @Test
  void whatIsTooLongOrTooDeepIsAnError() {
    assertThatThrownBy(() -> read(stream("x".repeat(Wire.LONGEST_LINE + 1))))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining("a line is longer than");
    assertThatThrownBy(() -> read(stream("{\"type\":" + "[".repeat(1000) + "\n")))
        .isInstanceOf(Edm2SearchException.class);
    assertThat(new TrialEnd.Failed(1, FailureKind.INVALID, "x".repeat(100_000)).reason())
        .hasSize(TrialEnd.LONGEST_REASON);
  }

  /** Flipping, dropping and doubling bytes gives messages, chatter or an error, nothing else. */
  @Test
  void garbledMessagesDoNoHarm() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (News news : NEWS) {
      Wire.write(out, news);
    }
    SplittableRandom random = new SplittableRandom(1);
    int refused = 0;
    for (int i = 0; i < 500; i++) {
      byte[] bytes = out.toByteArray();
      for (int change = 0; change < 3; change++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(read(new ByteArrayInputStream(bytes))).hasSizeLessThanOrEqualTo(NEWS.size());
      } catch (Edm2SearchException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(100, 500);
  }
}
