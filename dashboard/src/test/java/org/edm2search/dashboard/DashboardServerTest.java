package org.edm2search.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.space.base.Edm2SearchException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The real server over a real store. */
class DashboardServerTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir static Path root;
  private static CampaignFixture campaign;
  private static DashboardServer server;

  @BeforeAll
  static void start() throws Exception {
    campaign = CampaignFixture.create(root.resolve("first search"), 8).run();
    campaign.trial(60, Map.of());
    campaign.trial(52.5, Map.of("kernel@enc", "5"));
    campaign.trial(75, Map.of("expansion@dec", "2", "expansion@enc", "2"));
    campaign.samples(1);
    int failed = campaign.start(Map.of("kernel@dec", "7"));
    campaign.loss(failed, 2048, 0.9);
    campaign.loss(failed, 4096, Double.NaN);
    campaign.fail(failed, "loss became <NaN> after 4096 images");
    int running = campaign.start(Map.of("depthwise", "mid"));
    campaign.progress(running, Phase.TRAINING, 300, 1000);
    campaign.refuse(Map.of("expansion@enc", "6", "expansion@dec", "6"), "1.31x > 1.2x FLOPs");

    Path damaged = root.resolve("damaged");
    Files.createDirectories(damaged);
    Files.writeString(damaged.resolve("campaign.mv.db"), "not a database ".repeat(1000));
    Files.createDirectories(root.resolve("not a campaign"));
    Files.writeString(root.resolve("secret.txt"), "secret");
    server =
        DashboardServer.start(
            new DashboardOptions(
                root, DashboardOptions.LOOPBACK, 0, Set.of(), Duration.ofMillis(100), 3));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
    campaign.close();
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return get(server, path);
  }

  private static HttpResponse<String> get(DashboardServer asked, String path) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(asked.url()).resolve(path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(String path) throws Exception {
    HttpResponse<String> response = get(path);
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/json");
    return JSON.readTree(response.body());
  }

  /** Sends a request as written, without a client that tidies it up. */
  private static String raw(String requestLine, String host) throws Exception {
    return raw(server, requestLine, host);
  }

  private static String raw(DashboardServer server, String requestLine, String host)
      throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket
          .getOutputStream()
          .write(
              (requestLine + "\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void theListShowsEveryCampaignAndTheTroubleOfOne() throws Exception {
    HttpResponse<String> page = get("/");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body())
        .contains("href=\"/campaigns/first%20search\"", "52.50", "4 <small>of 8</small>")
        .contains("damaged", "unreadable", "edm2-search doctor")
        .doesNotContain("not a campaign");
  }

  @Test
  void aCampaignPageRanksItsTrials() throws Exception {
    HttpResponse<String> page = get("/campaigns/first%20search");

    assertThat(page.statusCode()).isEqualTo(200);
    String body = page.body();
    assertThat(body)
        .contains("id=\"trial-0\"", "id=\"trial-1\"", "id=\"trial-2\"", "id=\"trial-3\"")
        .contains(
            "−4.5 %",
            "95 %: where one more training would score",
            "33.84–95.81",
            "P(best)",
            "kernel enc <b>5</b>",
            "training",
            "30 %")
        .contains("loss became &lt;NaN&gt; after 4096 images", "1.31x &gt; 1.2x FLOPs");
    assertThat(body.indexOf("id=\"trial-4\"")).isLessThan(body.indexOf("id=\"trial-1\""));
    assertThat(body.indexOf("id=\"trial-1\"")).isLessThan(body.indexOf("id=\"trial-0\""));
    assertThat(body.indexOf("id=\"trial-0\"")).isLessThan(body.indexOf("id=\"trial-2\""));
  }

  @Test
  void aTrialPageHasEverythingAboutIt() throws Exception {
    HttpResponse<String> page = get("/campaigns/first%20search/trials/1");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body())
        .contains("Trial #1", "enc.16x16_block0", "dw5", "samples.png", "Heun, 12 steps")
        .contains("kernel@enc=5", "trained images", "40,960 images", "1 min 01 s")
        .contains("rel=\"prev\"", "rel=\"next\"");
  }

  @Test
  void aFailedTrialGivesItsReason() throws Exception {
    assertThat(get("/campaigns/first%20search/trials/3").body())
        .contains("Failed", "loss became &lt;NaN&gt;", "This trial drew no samples");
  }

  @Test
  void samplesAreImages() throws Exception {
    HttpResponse<byte[]> image =
        HTTP.send(
            HttpRequest.newBuilder(
                    URI.create(server.url())
                        .resolve("/campaigns/first%20search/trials/1/samples.png"))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());

    assertThat(image.statusCode()).isEqualTo(200);
    assertThat(image.headers().firstValue("Content-Type")).contains("image/png");
    assertThat(image.body()).startsWith(0x89, 'P', 'N', 'G');
    assertThat(get("/campaigns/first%20search/trials/0/samples.png").statusCode()).isEqualTo(404);
  }

  @Test
  void programsGetNumbers() throws Exception {
    JsonNode list = json("/api/campaigns").get("campaigns");
    assertThat(list.size()).isEqualTo(2);

    JsonNode view = json("/api/campaigns/first%20search");
    assertThat(view.get("state").asString()).isEqualTo("running");
    assertThat(view.get("best").get("trial").asInt()).isEqualTo(1);
    assertThat(view.get("best").get("score").asDouble()).isEqualTo(52.5);
    assertThat(view.get("trials").get("failed").asInt()).isEqualTo(1);
    assertThat(view.get("training_flops").get("budget").asDouble()).isEqualTo(8e12);
    assertThat(view.get("rejections").get(0).get("count").asInt()).isEqualTo(1);
    assertThat(view.get("progress").get(0).get("phase").asString()).isEqualTo("training");

    JsonNode rows = json("/api/campaigns/first%20search/leaderboard");
    assertThat(rows.get(0).get("rank").asInt()).isEqualTo(1);
    assertThat(rows.get(0).get("relative_to_seed").asDouble()).isBetween(0.875, 1.0);
    assertThat(rows.get(0).get("low_95").asDouble()).isLessThan(52.5);
    assertThat(rows.get(0).get("genes").get("kernel@enc").asString()).isEqualTo("5");
    assertThat(rows.size()).isEqualTo(3);

    JsonNode trial = json("/api/campaigns/first%20search/trials/1");
    assertThat(trial.get("losses").size()).isEqualTo(20);
    assertThat(trial.get("measurement").get("score").asDouble()).isEqualTo(52.5);
    JsonNode failed = json("/api/campaigns/first%20search/trials/3");
    assertThat(failed.get("losses").get(1).get("loss").asString()).isEqualTo("NaN");
    assertThat(failed.has("measurement")).isFalse();
  }

  @Test
  void tablesOfOtherScoresAreServedAndDamagedOnesAreNone(@TempDir Path elsewhere) throws Exception {
    String api = "/api/campaigns/first%20search/rescored";
    assertThat(json(api).size()).isZero();
    campaign.rescore("a41b77", Map.of(0, 41.5, 1, 42.5, 99, 1.0));
    JsonNode table = json(api).get(0);
    assertThat(table.get("protocol_digest").asString()).isEqualTo("a41b77");
    assertThat(table.get("score_name").asString()).isEqualTo("FD@5000 (photos)");
    assertThat(table.get("trials").size()).isEqualTo(2); // the campaign has no trial 99
    assertThat(table.get("trials").get(0).get("trial").asInt()).isZero();
    assertThat(table.get("trials").get(1).get("search_score").asDouble()).isEqualTo(52.5);
    String page = "/campaigns/first%20search/rescored/a41b77";
    assertThat(get("/campaigns/first%20search").body()).contains("href=\"" + page + "\"");
    assertThat(get(page).body()).contains("FD@5000 (photos)", "41.50", "5000 samples");
    assertThat(get("/campaigns/first%20search/rescored/unknown").statusCode()).isEqualTo(404);

    Path book = campaign.directory().path().resolve("rescored.json");
    Path linked = Files.move(book, elsewhere.resolve("rescored.json"));
    Files.createSymbolicLink(book, linked);
    assertThat(json(api).size()).isZero();
    Files.delete(book);
    Files.writeString(book, "{\"a41b77\": {\"trials\": 7}}");
    assertThat(json(api).size()).isZero();
    assertThat(get("/campaigns/first%20search").statusCode()).isEqualTo(200);
    Files.delete(book);
  }

  @Test
  void aTrainingAgainIsNoFailureAndLeadsToTheTrialThatHasTheRank(@TempDir Path elsewhere)
      throws Exception {
    try (CampaignFixture raced = CampaignFixture.create(elsewhere.resolve("raced"), 3);
        DashboardServer other = DashboardServer.start(DashboardOptions.of(elsewhere, 0))) {
      raced.trial(60, Map.of());
      raced.trial(50, Map.of("kernel@enc", "5"));
      raced.again(1, 54);

      String again = get(other, "/campaigns/raced/trials/2").body();
      assertThat(again)
          .contains("trial 1 again, with another seed", "href=\"/campaigns/raced/trials/1\"")
          .contains("not ranked by itself")
          .doesNotContain("Failed", "not scored");
      assertThat(get(other, "/campaigns/raced/trials/1").body())
          .contains("rank 1, mean of 2 trainings, compared with G*");
    }
  }

  @Test
  void failedTrainingCountsInTheBudget() throws Exception {
    JsonNode view = json("/api/campaigns/first%20search");
    JsonNode failed = json("/api/campaigns/first%20search/trials/3");

    assertThat(view.get("training_flops").get("spent").asDouble())
        .isGreaterThanOrEqualTo(3e12 + 3.0 * failed.get("flops").asLong() * 4096);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/campaigns/unknown",
        "/campaigns/not%20a%20campaign",
        "/campaigns/first%20search/trials/999",
        "/events/campaigns/unknown",
        "/events/campaigns/first%20search/trials/999",
        "/assets/unknown.js",
        "/assets/..%5cdashboard.css",
      })
  void whatIsNotThereIsNotFound(String path) throws Exception {
    HttpResponse<String> page = get(path);

    assertThat(page.statusCode()).isEqualTo(404);
    assertThat(page.body()).contains("<h1>", "All campaigns");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/campaigns/first%20search/trials/-1",
        "/campaigns/first%20search/trials/1e3",
        "/campaigns/first%20search/trials/99999999999999999999",
        "/events/campaigns",
        "/campaigns/.hidden",
        "/campaigns/..%5csecret.txt",
      })
  void whatMakesNoSenseIsABadRequest(String path) throws Exception {
    HttpResponse<String> page = get(path);

    assertThat(page.statusCode()).isEqualTo(400);
    assertThat(page.body()).contains("<h1>").doesNotContain("Exception");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /campaigns/../secret.txt HTTP/1.1",
        "GET /campaigns/%2e%2e/secret.txt HTTP/1.1",
        "GET /campaigns/..%2fsecret.txt HTTP/1.1",
        "GET /campaigns/%2e%2e%2f%2e%2e%2fetc%2fpasswd HTTP/1.1",
        "GET /assets/../../../secret.txt HTTP/1.1",
        "GET /assets/%2e%2e%2fwebjars.properties HTTP/1.1",
        "GET /campaigns/first%20search/trials/..%2f..%2fcampaign.mv.db/samples.png HTTP/1.1",
        "GET //etc/passwd HTTP/1.1",
      })
  void noPathLeavesTheDirectory(String request) throws Exception {
    String answer = raw(request, "localhost");

    assertThat(answer).matches("(?s)HTTP/1.1 4\\d\\d .*").doesNotContain("secret", "root:");
  }

  @Test
  void programsGetErrorsAsJson() throws Exception {
    assertThat(get("/api/campaigns/unknown").statusCode()).isEqualTo(404);
    assertThat(json("/api/campaigns/unknown").get("error").asString()).contains("unknown");
    assertThat(json("/api/nothing").get("status").asInt()).isEqualTo(404);
    assertThat(json("/api/campaigns/first%20search/trials/x").get("status").asInt()).isEqualTo(400);
    assertThat(json("/api/campaigns/damaged").get("status").asInt()).isEqualTo(503);
  }

  @Test
  void aDamagedStoreSaysWhatToDoAndTheOthersGoOn() throws Exception {
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> page = get("/campaigns/damaged");
      assertThat(page.statusCode()).isEqualTo(503);
      assertThat(page.body()).contains("cannot be read", "journal", "doctor");
      assertThat(get("/campaigns/first%20search").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void onlyReadingIsAllowed() throws Exception {
    for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH"}) {
      HttpResponse<String> answer =
          HTTP.send(
              HttpRequest.newBuilder(URI.create(server.url()).resolve("/campaigns/damaged"))
                  .method(method, HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(405);
    }
  }

  @Test
  void everyAnswerHasSecurityHeaders() throws Exception {
    for (String path : new String[] {"/", "/api/campaigns", "/nothing", "/assets/htmx.js"}) {
      Map<String, java.util.List<String>> headers = get(path).headers().map();
      assertThat(headers.get("content-security-policy").get(0))
          .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
          .doesNotContain("unsafe");
      assertThat(headers.get("x-content-type-options")).containsExactly("nosniff");
      assertThat(headers.get("referrer-policy")).containsExactly("no-referrer");
    }
  }

  @Test
  void anotherHostNameIsRefused() throws Exception {
    assertThat(raw("GET / HTTP/1.1", "evil.example")).startsWith("HTTP/1.1 400");
    assertThat(raw("GET / HTTP/1.1", "localhost:" + server.port())).startsWith("HTTP/1.1 200");
    assertThat(raw("GET / HTTP/1.1", "[::1]:" + server.port())).startsWith("HTTP/1.1 200");
  }

  @Test
  void beyondLoopbackOwnNamesAndThoseAllowedAreAnswered() throws Exception {
    DashboardOptions options =
        DashboardOptions.of(root, 0).withHost("0.0.0.0").withAllowedHosts(Set.of("Lab.example"));
    try (DashboardServer open = DashboardServer.start(options)) {
      assertThat(raw(open, "GET / HTTP/1.1", "evil.example")).startsWith("HTTP/1.1 400");
      assertThat(raw(open, "GET / HTTP/1.1", "lab.example:80")).startsWith("HTTP/1.1 200");
      assertThat(raw(open, "GET / HTTP/1.1", "127.0.0.1")).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void linksLeadNowhereOutOfWhatIsServed(@TempDir Path elsewhere) throws Exception {
    Path secret = Files.writeString(elsewhere.resolve("secret.png"), "secret");
    Path trial = Files.createDirectories(campaign.directory().trial(2));
    Path samples = trial.resolve("samples.png");
    Files.createSymbolicLink(samples, secret);
    assertThat(get("/campaigns/first%20search/trials/2/samples.png").statusCode()).isEqualTo(404);
    Files.delete(samples);
    Files.delete(trial);
    Files.copy(secret, elsewhere.resolve("samples.png"));
    Files.createSymbolicLink(trial, elsewhere);
    assertThat(get("/campaigns/first%20search/trials/2/samples.png").statusCode()).isEqualTo(404);
    Files.delete(trial);
    assertThat(get("/campaigns/first%20search/trials/1/samples.png").statusCode()).isEqualTo(200);

    try (CampaignFixture other = CampaignFixture.create(elsewhere.resolve("other"), 1)) {
      Files.createSymbolicLink(root.resolve("linked"), other.directory().path());
      assertThat(get("/").body()).doesNotContain("/campaigns/linked");
      assertThat(get("/campaigns/linked").statusCode()).isEqualTo(404);
    } finally {
      Files.delete(root.resolve("linked"));
    }
  }

  @Test
  void assetsAreKeptByTheirContent() throws Exception {
    String page = get("/").body();
    int at = page.indexOf("/assets/dashboard.css?v=");
    String url = page.substring(at, page.indexOf('"', at));

    HttpResponse<String> asset = get(url);
    assertThat(asset.headers().firstValue("Cache-Control").orElse("")).contains("immutable");
    HttpResponse<String> again =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(server.url()).resolve(url))
                .header("If-None-Match", asset.headers().firstValue("ETag").orElseThrow())
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(again.statusCode()).isEqualTo(304);
  }

  @Test
  void openPagesAreBounded() throws Exception {
    URI feed = URI.create(server.url()).resolve("/events/campaigns");
    HttpRequest request =
        HttpRequest.newBuilder(feed).header("Accept", "text/event-stream").build();
    InputStream[] open = new InputStream[3];
    for (int i = 0; i < open.length; i++) {
      HttpResponse<InputStream> answer =
          HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream());
      assertThat(answer.statusCode()).isEqualTo(200);
      open[i] = answer.body();
      new BufferedReader(new InputStreamReader(open[i], StandardCharsets.UTF_8)).readLine();
    }
    HttpResponse<String> refused = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    for (InputStream in : open) {
      in.close();
    }
  }

  @Test
  void linesThatCannotBeReadAreToldOf(@TempDir Path other) throws Exception {
    try (CampaignFixture fixture = CampaignFixture.create(other.resolve("torn"), 2)) {
      fixture.trial(60, Map.of());
      Files.writeString(fixture.directory().journal(), "not json\n", StandardOpenOption.APPEND);
      try (DashboardServer torn = DashboardServer.start(DashboardOptions.of(other, 0))) {
        assertThat(raw(torn, "GET /campaigns/torn HTTP/1.1", "localhost"))
            .contains("1 lines of the journal cannot be read", "doctor", "trial-0");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"offset=-1", "limit=0", "limit=501", "sort=score", "state=best", "offset=x"})
  void whatNoLeaderboardHasIsABadRequest(String query) throws Exception {
    for (String path : new String[] {"/campaigns/", "/events/campaigns/"}) {
      assertThat(get(path + "first%20search?" + query).statusCode()).isEqualTo(400);
    }
  }

  @Test
  void aTakenPortIsAClearError() {
    assertThatThrownBy(() -> DashboardServer.start(DashboardOptions.of(root, server.port())))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining("port " + server.port())
        .hasMessageContaining("--port");
  }

  @Test
  void aDirectoryThatDoesNotExistYetIsAnEmptyList(@TempDir Path other) throws Exception {
    try (DashboardServer empty =
        DashboardServer.start(DashboardOptions.of(other.resolve("campaigns"), 0))) {
      assertThat(get(empty, "/").body()).contains("No campaign here yet");
    }
  }

  @Test
  void aCampaignDirectoryItselfCanBeServed() throws Exception {
    try (DashboardServer one =
        DashboardServer.start(DashboardOptions.of(root.resolve("first search"), 0))) {
      assertThat(get(one, "/campaigns/first%20search").statusCode()).isEqualTo(200);
    }
  }
}
