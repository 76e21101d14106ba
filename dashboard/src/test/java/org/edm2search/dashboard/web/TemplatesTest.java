package org.edm2search.dashboard.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.edm2search.dashboard.view.CampaignView;
import org.edm2search.dashboard.view.CampaignsView;
import org.edm2search.dashboard.view.ExampleViews;
import org.edm2search.dashboard.view.LeaderboardView;
import org.junit.jupiter.api.Test;

class TemplatesTest {

  private final Templates templates = new Templates();
  private final Assets assets = new Assets();

  private String campaignPage(CampaignView view) {
    String rows =
        view.leaderboard().rows().stream()
            .map(row -> templates.render("row", Map.of("campaign", view.name(), "row", row)))
            .collect(Collectors.joining());
    return templates.render(
        "campaign",
        Map.of(
            "assets",
            assets,
            "view",
            view,
            "chartJson",
            "{\"points\":[]}",
            "rows",
            rows,
            "events",
            "/events/x"));
  }

  @Test
  void aCampaignPageShowsEveryTrial() {
    CampaignView view = ExampleViews.campaign();
    String page = campaignPage(view);

    for (LeaderboardView.Row row : view.leaderboard().rows()) {
      assertThat(page).contains("id=\"trial-" + row.trial() + "\"");
    }
    assertThat(page)
        .contains(
            "52.31",
            "−14.5 %",
            ">2<span class=\"near\"",
            "8 <small>of 12</small>",
            "7 complete, 1 failed")
        .contains("href=\"/campaigns/quickstart/trials/5\"")
        .contains("sse-connect=\"/events/x\"");
  }

  @Test
  void noPageNeedsInlineStyleOrScript() {
    String pages =
        campaignPage(ExampleViews.campaign())
            + templates.render(
                "trial",
                Map.of(
                    "assets",
                    assets,
                    "view",
                    ExampleViews.trial(),
                    "lossJson",
                    "[]",
                    "events",
                    ""));

    assertThat(pages).doesNotContain(" style=", " onclick=", "javascript:", "<style");
    assertThat(pages.split("<script")).hasSize(2 * 4 + 1);
    assertThat(pages).doesNotContain("http://", "https://");
  }

  @Test
  void textFromAStoreIsEscaped() {
    String list =
        templates.render(
            "campaignList",
            Map.of(
                "view",
                new CampaignsView(
                    "/tmp",
                    List.of(
                        new CampaignsView.Card(
                            "x",
                            "unreadable",
                            0,
                            0,
                            "FD",
                            OptionalDouble.empty(),
                            OptionalDouble.empty(),
                            Optional.of("<script>alert(1)</script>"))))));

    assertThat(list).contains("&lt;script&gt;").doesNotContain("<script>");
  }

  @Test
  void anEmptyDirectorySaysHowToBegin() {
    assertThat(
            templates.render(
                "campaignList", Map.of("view", new CampaignsView("campaigns", List.of()))))
        .contains("No campaign here yet", "./edm2-search run");
  }

  @Test
  void aChangedRowIsAReplacementById() {
    String html =
        templates.render(
            "changedRow",
            Map.of(
                "campaign",
                "quickstart",
                "row",
                ExampleViews.campaign().leaderboard().rows().get(0)));

    assertThat(html)
        .contains("<template>", "hx-swap-oob=\"true\"", "id=\"trial-8\"", "value=\"0.42\"");
  }

  @Test
  void aRowOnThePageIsNotAReplacement() {
    assertThat(campaignPage(ExampleViews.campaign())).doesNotContain("hx-swap-oob");
  }

  @Test
  void aTrialPageDrawsTheNetwork() {
    String page =
        templates.render(
            "trial",
            Map.of("assets", assets, "view", ExampleViews.trial(), "lossJson", "[]", "events", ""));

    assertThat(page)
        .contains("<svg id=\"network\"", "enc.16x16_block0", "φ · dw5 · pw→64", "class=\"skip\"")
        .contains("Evaluation protocol", "Provenance");
  }
}
