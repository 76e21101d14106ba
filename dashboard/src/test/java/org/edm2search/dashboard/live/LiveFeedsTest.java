package org.edm2search.dashboard.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.Javalin;
import io.javalin.http.sse.SseHandler;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LiveFeedsTest {

  private final AtomicReference<String> content = new AtomicReference<>("first");
  private final AtomicInteger readings = new AtomicInteger();
  private final LiveFeeds feeds = new LiveFeeds(Duration.ofMillis(50), 2);
  private Javalin server;

  @BeforeEach
  void start() {
    server =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  config.routes.get(
                      "/events",
                      new SseHandler(
                          0,
                          client -> {
                            if (!feeds.join("page", this::page, "", client)) {
                              client.close();
                            }
                          }));
                })
            .start("127.0.0.1", 0);
  }

  @AfterEach
  void stop() {
    feeds.close();
    server.stop();
  }

  private LivePage page() {
    readings.incrementAndGet();
    if (content.get().equals("broken")) {
      throw new IllegalStateException("on purpose");
    }
    return LivePage.of(Map.of("piece", content.get()));
  }

  private InputStream open() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/events"))
            .header("Accept", "text/event-stream")
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.ofInputStream())
        .body();
  }

  private static String readUntil(InputStream in, String end) throws Exception {
    StringBuilder text = new StringBuilder();
    while (text.indexOf(end) < 0) {
      byte[] buffer = new byte[4096];
      int length = in.read(buffer);
      if (length < 0) {
        break;
      }
      text.append(new String(buffer, 0, length, StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  private static void await(BooleanSupplier condition) throws Exception {
    for (int i = 0; i < 200 && !condition.getAsBoolean(); i++) {
      Thread.sleep(25);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  @Test
  void aPageGetsEverythingThenChanges() throws Exception {
    try (InputStream in = open()) {
      assertThat(readUntil(in, "first")).contains("event: piece", "data: first");
      content.set("two\nlines");
      assertThat(readUntil(in, "lines")).contains("data: two\ndata: lines");
    }
  }

  @Test
  void nobodyLooksNothingIsRead() throws Exception {
    try (InputStream in = open()) {
      readUntil(in, "first");
    }
    // A closed connection shows when something is written to it.
    content.set("second");
    await(
        () -> {
          content.set(content.get() + ".");
          return feeds.clientCount() == 0;
        });
    int before = readings.get();
    Thread.sleep(200);
    assertThat(readings.get() - before).isLessThanOrEqualTo(1);
  }

  @Test
  void morePagesThanTheLimitAreRefused() throws Exception {
    try (InputStream one = open();
        InputStream two = open();
        InputStream three = open()) {
      readUntil(one, "first");
      readUntil(two, "first");
      assertThat(feeds.isFull()).isTrue();
      assertThat(three.readAllBytes()).isEmpty();
      assertThat(feeds.clientCount()).isEqualTo(2);
    }
  }

  @Test
  void aFailureDoesNotEndTheFeed() throws Exception {
    try (InputStream in = open()) {
      readUntil(in, "first");
      content.set("broken");
      Thread.sleep(150);
      content.set("mended");
      assertThat(readUntil(in, "mended")).contains("data: mended");
    }
  }

  @Test
  void closingEndsOpenPages() throws Exception {
    try (InputStream in = open()) {
      readUntil(in, "first");
      feeds.close();
      assertThat(readUntil(in, "never")).doesNotContain("never");
    }
  }
}
