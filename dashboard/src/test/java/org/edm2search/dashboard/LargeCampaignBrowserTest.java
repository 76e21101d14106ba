package org.edm2search.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.journal.JournaledStore;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.store.InMemoryStore;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Protocol;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Trial;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.support.ui.WebDriverWait;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A campaign of 10,000 trials: whatever is asked for is small, and a browser shows it. */
@Tag("slow")
class LargeCampaignBrowserTest {

  private static final int TRIALS = 10_000;
  private static final int FAILED = 250;

  /** A page of 100 rows and two plots, where all 10,000 rows took 12 MB. */
  private static final int LARGEST_PAGE = 500_000;

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Provenance ORIGIN = Provenance.of(Map.of(), Map.of(), "");

  @TempDir static Path root;
  private static JournaledStore store;
  private static AutoCloseable lock;
  private static DashboardServer server;

  @BeforeAll
  static void start() throws Exception {
    CampaignDirectory directory = new CampaignDirectory(root.resolve("large"));
    directory.create();
    lock = directory.lock();
    InMemoryStore filled = new InMemoryStore();
    SplittableRandom random = new SplittableRandom(1);
    Instant now = Instant.now();
    filled.save(
        new CampaignRecord("large", "random", 1, TRIALS + 1, "campaign: {}", "5d2f0c", now, ""));
    for (int number = 0; number <= TRIALS; number++) {
      Trial waiting =
          Trial.waiting(
              number,
              Candidate.of(
                  CampaignFixture.SPACE,
                  number == 0
                      ? CampaignFixture.SPACE.seedGenotype()
                      : CampaignFixture.SPACE.random(random)),
              now);
      filled.create(waiting, List.of(), "{}");
      Trial running = waiting.started(now);
      filled.start(running);
      if (number < TRIALS) {
        filled.finish(
            number % (TRIALS / FAILED) == 7
                ? running.failed("the loss became NaN", ORIGIN, now)
                : complete(running, 50 + 50 * random.nextDouble()),
            "{}");
      }
    }
    store = JournaledStore.of(filled, directory.journal(), Clock.systemUTC());
    store.start(filled.trial(TRIALS).orElseThrow().again().started(now));
    server =
        DashboardServer.start(
            new DashboardOptions(
                root, DashboardOptions.LOOPBACK, 0, Set.of(), Duration.ofMillis(150), 16));
  }

  private static Trial complete(Trial running, double score) {
    return running.complete(
        new Measurement(
            new Quantity("FD@1000 (builtin)", score, ""),
            List.of(new Quantity("standard_deviation", score * 0.012, "")),
            new Protocol("FD@1000 (builtin): 1000 samples", "9c1e")),
        ORIGIN,
        Instant.now());
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
    store.close();
    lock.close();
  }

  private static HttpResponse<String> get(String path) throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(server.url()).resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer;
  }

  @Test
  void answersAreSmallHoweverManyTrialsThereAre() throws Exception {
    assertThat(get("/campaigns/large").body().length()).isLessThan(LARGEST_PAGE);
    assertThat(get("/campaigns/large?offset=9000&sort=trial").body().length())
        .isLessThan(LARGEST_PAGE);
    HttpResponse<String> first = get("/api/campaigns/large/leaderboard");
    HttpResponse<String> some = get("/api/campaigns/large/leaderboard?offset=9740&limit=50");
    assertThat(first.headers().firstValue("X-Total-Count")).contains("" + (TRIALS - FAILED));
    assertThat(JsonMapper.shared().readTree(first.body()).size()).isEqualTo(1000);
    JsonNode last = JsonMapper.shared().readTree(some.body());
    assertThat(last.size()).isEqualTo(10);
    assertThat(last.get(9).get("rank").asInt()).isEqualTo(TRIALS - FAILED);
  }

  @Test
  void rowsArePagedSortedAndFilteredInTheBrowser() {
    try (Browser browser = Browser.start()) {
      browser.driver().get(server.url() + "campaigns/large");
      await(browser, "#leaderboard tr[data-trial]", 100);
      assertThat(ranks(browser).subList(0, 3)).containsExactly("–", "1", "2≈");
      assertThat(text(browser, "#pager")).contains("1–100 of 10,001");
      assertThat(text(browser, "#chart-note")).endsWith("of 9750 trials are drawn");
      browser.driver().findElement(By.cssSelector("#pager a[rel=next]")).click();
      await(browser, "#pager a[rel=prev]", 1);
      assertThat(ranks(browser)).hasSize(100).first().asString().startsWith("100");
      browser.driver().findElement(By.linkText("failed")).click();
      new WebDriverWait(browser.driver(), Duration.ofSeconds(60))
          .until(driver -> text(browser, "#pager").contains("1–100 of 250"));
      assertThat(text(browser, "#leaderboard tr")).contains("failed", "NaN");
      browser.driver().get(server.url() + "campaigns/large?sort=trial&offset=10000");
      await(browser, "#leaderboard tr[data-trial]", 1);
      assertThat(browser.complaints()).isEmpty();
    }
  }

  private static void await(Browser browser, String selector, int count) {
    new WebDriverWait(browser.driver(), Duration.ofSeconds(60))
        .until(driver -> driver.findElements(By.cssSelector(selector)).size() == count);
  }

  private static String text(Browser browser, String selector) {
    return browser.driver().findElement(By.cssSelector(selector)).getText();
  }

  private static List<String> ranks(Browser browser) {
    return browser.driver().findElements(By.cssSelector("#leaderboard .rank")).stream()
        .map(cell -> cell.getText())
        .toList();
  }

  /** A row that changes is sent alone, and only to who looks at its page. */
  @Test
  void whatChangedIsSentAndNothingElse() throws Exception {
    String page = get("/campaigns/large").body();
    int at = page.indexOf("sse-connect=\"") + "sse-connect=\"".length();
    String events = page.substring(at, page.indexOf('"', at));
    HttpResponse<InputStream> feed =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(server.url()).resolve(events))
                .header("Accept", "text/event-stream")
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(feed.body(), StandardCharsets.UTF_8))) {
      List<String> said = new ArrayList<>();
      String line = lines.readLine();
      while (!line.equals("event: problem")) { // what a page gets at first
        line = lines.readLine();
      }
      store.report(
          new Progress(
              TRIALS, Phase.TRAINING, 777, 1000, OptionalDouble.of(0.3), 812.5, Instant.now()));
      store.flush();
      do {
        line = lines.readLine();
        said.add(line);
      } while (!line.equals("event: row"));
      do {
        line = lines.readLine();
        said.add(line);
      } while (!line.isEmpty());
      assertThat(String.join("\n", said)).contains("77 %").doesNotContain("event: leaderboard");
      assertThat(String.join("\n", said).length()).isLessThan(20_000);
    }
    assertThat(Files.size(root.resolve("large/journal.jsonl"))).isGreaterThan(10_000_000L);
  }
}
