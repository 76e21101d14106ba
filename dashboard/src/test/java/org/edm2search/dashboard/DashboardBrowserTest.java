package org.edm2search.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.edm2search.campaign.trial.Phase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.ExpectedCondition;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A real browser looks at a campaign while trials are written to its store. */
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DashboardBrowserTest {

  private static final List<Double> SCORES = List.of(61.2, 88.1, 63.9, 55.7, 70.45);
  private static final List<Map<String, String>> CHANGES =
      List.of(
          Map.of(),
          Map.of("expansion@enc", "2", "expansion@dec", "2"),
          Map.of("expansion@enc", "3"),
          Map.of("kernel@enc", "5", "expansion@dec", "3"),
          Map.of("embedding@dec", "wide", "kernel@dec", "7"));

  @TempDir static Path root;
  private static Browser browser;
  private static CampaignFixture campaign;
  private static DashboardServer server;

  @BeforeAll
  static void start() throws Exception {
    browser = Browser.start();
    campaign = CampaignFixture.create(root.resolve("quickstart"), 12).run();
    for (int i = 0; i < SCORES.size(); i++) {
      campaign.samples(campaign.trial(SCORES.get(i), CHANGES.get(i)));
    }
    server =
        DashboardServer.start(
            new DashboardOptions(
                root, DashboardOptions.LOOPBACK, 0, Set.of(), Duration.ofMillis(150), 16));
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
    if (server != null) {
      server.close();
    }
    if (campaign != null) {
      campaign.close();
    }
  }

  @BeforeEach
  void forget() {
    browser.complaints();
  }

  private static void open(String path) {
    browser.driver().get(server.url() + path);
  }

  private static <T> T await(ExpectedCondition<T> condition) {
    return new WebDriverWait(browser.driver(), Duration.ofSeconds(60), Duration.ofMillis(50))
        .ignoring(org.openqa.selenium.StaleElementReferenceException.class)
        .until(condition);
  }

  private static WebElement find(String selector) {
    return browser.driver().findElement(By.cssSelector(selector));
  }

  private static List<String> order(WebDriver driver) {
    return driver.findElements(By.cssSelector("#leaderboard tr[data-trial]")).stream()
        .map(row -> row.getAttribute("data-trial"))
        .toList();
  }

  private static boolean isLive(WebDriver driver) {
    return "live"
        .equals(driver.findElement(By.cssSelector("#link-state")).getAttribute("data-state"));
  }

  /** Counts pixels of a chart that something was drawn on. */
  private static boolean isDrawn(String id) {
    return (Boolean)
        browser
            .driver()
            .executeScript(
                "const c = document.querySelector('#' + arguments[0] + ' canvas');"
                    + "if (!c) return false;"
                    + "const p = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
                    + "let n = 0; for (let i = 3; i < p.length; i += 4) if (p[i]) n++;"
                    + "return n > 500;",
                id);
  }

  @Test
  @Order(1)
  void theListLeadsToTheCampaign() {
    open("");
    find(".campaign-card a").click();
    await(driver -> driver.getCurrentUrl().endsWith("/campaigns/quickstart"));

    assertThat(find("h1").getText()).isEqualTo("quickstart");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  @Order(2)
  void chartsAreDrawn() {
    open("campaigns/quickstart");

    await(driver -> isDrawn("cost-chart") && isDrawn("history-chart"));
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  @Order(3)
  void rowsAppearAndMoveWhileTheCampaignRuns() throws Exception {
    open("campaigns/quickstart");
    assertThat(order(browser.driver())).containsExactly("3", "0", "2", "4", "1");
    await(DashboardBrowserTest::isLive);
    browser.driver().executeScript("window.sameDocument = true");

    int number = campaign.start(Map.of("kernel@enc", "5", "expansion@enc", "6"));
    await(driver -> order(driver).equals(List.of("5", "3", "0", "2", "4", "1")));
    for (int i = 1; i <= 5; i++) {
      campaign.progress(number, Phase.TRAINING, i * 100L, 1000);
      campaign.loss(number, i * 4096L, Math.exp(-i / 3.0) + 0.2);
    }
    await(
        driver -> !driver.findElements(By.cssSelector("#trial-5.running-row progress")).isEmpty());
    await(driver -> Double.parseDouble(find("#trial-5 progress").getAttribute("value")) >= 0.5);
    campaign.complete(number, 52.31);
    await(driver -> find("#trial-5 .rank").getText().equals("1"));
    campaign.fail(
        campaign.start(Map.of("depthwise", "mid")), "the loss became NaN after 12416 images");
    int next = campaign.start(Map.of("linear_bottleneck", "false"));
    campaign.progress(next, Phase.TRAINING, 420, 1000);
    await(driver -> order(driver).equals(List.of("7", "5", "3", "0", "2", "4", "1", "6")));

    assertThat(find("#trial-5").getText()).contains("52.31", "−4.6 %");
    assertThat(find("#trial-6").getText()).contains("failed", "NaN");
    assertThat(find("#tiles").getText()).contains("52.31", "7 of 12", "6 complete, 1 failed");
    campaign.pause();
    await(driver -> find("#tiles").getText().contains("paused: resume lets it go on"));
    assertThat(browser.driver().executeScript("return window.sameDocument"))
        .as("the page was not loaded again")
        .isEqualTo(true);
    assertThat(browser.complaints()).isEmpty();
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @Order(4)
  void aTrialPageShowsArchitectureLossAndSamples() {
    open("campaigns/quickstart");
    find("#trial-5 a").click();
    await(driver -> driver.getCurrentUrl().endsWith("/trials/5"));

    await(driver -> isDrawn("loss-chart"));
    assertThat(find("#network").getSize().getHeight()).isGreaterThan(150);
    assertThat(browser.driver().findElements(By.cssSelector("#network .block"))).hasSize(12);
    assertThat(browser.driver().findElements(By.cssSelector(".blocks tbody tr"))).hasSize(10);
    open("campaigns/quickstart/trials/3");
    assertThat(
            browser
                .driver()
                .executeScript("return document.querySelector('#samples img').naturalWidth"))
        .isEqualTo(128L);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  @Order(5)
  void aRunningTrialsPageFollowsIt() {
    open("campaigns/quickstart/trials/7");
    await(DashboardBrowserTest::isLive);
    campaign.progress(7, Phase.TRAINING, 777, 1000);
    await(driver -> find("#trial-status").getText().contains("77 %"));
    campaign.loss(7, 4096, 0.5);
    campaign.loss(7, 8192, 0.4);
    await(driver -> isDrawn("loss-chart"));
    campaign.complete(7, 58.02);
    await(driver -> find("#trial-status").getText().contains("58.02"));

    assertThat(browser.complaints()).isEmpty();
  }

  /** {@code rescore} runs while somebody looks at the campaign, and its table appears. */
  @Test
  @Order(6)
  void aTableOfOtherScoresIsChosenOnTheLeaderboard() throws Exception {
    open("campaigns/quickstart");
    await(DashboardBrowserTest::isLive);
    assertThat(find("#tables").getText()).isEmpty();
    campaign.rescore("5d2f0ca41b77", Map.of(0, 41.5, 3, 40.25, 1, 39.0));
    await(driver -> !driver.findElements(By.cssSelector("#tables a")).isEmpty());
    find("#tables a").click();
    await(driver -> driver.getCurrentUrl().endsWith("/rescored/5d2f0ca41b77"));

    assertThat(browser.driver().findElements(By.cssSelector(".rescored tbody tr")))
        .extracting(row -> row.getText().replace('\n', ' '))
        .containsExactly(
            "1 #1 39.00 0.5000 88.10", "2 #3 40.25 0.5000 55.70", "3 #0 G* 41.50 0.5000 61.20");
    find(".tables a").click();
    await(driver -> order(driver).contains("3"));
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  @Order(7)
  void pagesFitNarrowAndDarkScreens() throws Exception {
    Path pictures = Path.of("target", "screenshots");
    for (String page :
        List.of(
            "",
            "campaigns/quickstart",
            "campaigns/quickstart/trials/3",
            "campaigns/quickstart/rescored/5d2f0ca41b77")) {
      for (boolean dark : List.of(false, true)) {
        for (int width : dark ? List.of(1440) : List.of(1440, 420)) {
          browser.show(dark, width, width == 1440 ? 1080 : 900);
          open(page);
          if (!page.isEmpty() && !page.contains("rescored")) {
            await(driver -> isDrawn(page.endsWith("3") ? "loss-chart" : "cost-chart"));
          }
          assertThat(
                  browser
                      .driver()
                      .executeScript(
                          "return document.documentElement.scrollWidth"
                              + " - document.documentElement.clientWidth"))
              .as("%s scrolls sideways at %d pixels", page, width)
              .isEqualTo(0L);
          pause(450);
          browser.screenshot(
              pictures.resolve(
                  "%s-%s-%d.png"
                      .formatted(
                          page.isEmpty() ? "list" : page.substring(page.lastIndexOf('/') + 1),
                          dark ? "dark" : "light",
                          width)));
        }
      }
    }
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  @Order(8)
  void aLostServerShowsAndTheStoreIsUnharmed() {
    browser.show(false, 1440, 1080);
    open("campaigns/quickstart");
    await(DashboardBrowserTest::isLive);
    int port = server.port();
    server.stop();
    await(driver -> "lost".equals(find("#link-state").getAttribute("data-state")));
    server = DashboardServer.start(DashboardOptions.of(root, port));
    await(DashboardBrowserTest::isLive);
  }
}
