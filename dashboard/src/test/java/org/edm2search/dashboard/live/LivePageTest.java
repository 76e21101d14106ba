package org.edm2search.dashboard.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LivePageTest {

  private static LivePage page(String tiles, String... rows) {
    return new LivePage(
        Map.of("tiles", tiles),
        Arrays.stream(rows)
            .map(
                row ->
                    new LivePage.Row(
                        Integer.parseInt(row.substring(0, 1)),
                        "<" + row + ">",
                        () -> "<!" + row + ">"))
            .toList());
  }

  @Test
  void nothingIsSentWhenNothingChanged() {
    assertThat(page("a", "0x", "1y").since(page("a", "0x", "1y"))).isEmpty();
  }

  @Test
  void onlyTheChangedPieceIsSent() {
    assertThat(page("b", "0x").since(page("a", "0x"))).containsExactly(new LiveEvent("tiles", "b"));
  }

  @Test
  void aRowThatStaysInPlaceIsSentAlone() {
    assertThat(page("a", "0x", "1z", "2w").since(page("a", "0x", "1y", "2w")))
        .containsExactly(new LiveEvent("row", "<!1z>"));
  }

  @Test
  void aNewOrderSendsTheTable() {
    assertThat(page("a", "1y", "0x").since(page("a", "0x", "1y")))
        .containsExactly(new LiveEvent("leaderboard", "<1y><0x>"));
    assertThat(page("a", "0x", "1y").since(page("a", "0x")))
        .containsExactly(new LiveEvent("leaderboard", "<0x><1y>"));
  }

  @Test
  void aProblemIsShownOnceAndRemovedWhenItIsOver() {
    LivePage good = page("a", "0x");
    LivePage bad = LivePage.problem("unreadable");

    assertThat(bad.since(good)).containsExactly(new LiveEvent("problem", "unreadable"));
    assertThat(bad.since(bad)).isEmpty();
    assertThat(good.since(bad))
        .containsExactly(
            new LiveEvent("problem", ""),
            new LiveEvent("tiles", "a"),
            new LiveEvent("leaderboard", "<0x>"));
  }

  @Test
  void aBrowserWithTheNewestPageGetsNothingNew() {
    String seen = page("a", "0x").digest();

    assertThat(page("a", "0x").sinceServed(seen)).containsExactly(new LiveEvent("problem", ""));
    assertThat(page("b", "0x").sinceServed(seen))
        .containsExactly(new LiveEvent("problem", ""), new LiveEvent("tiles", "b"));
    assertThat(page("a", "0x").sinceServed("")).isEqualTo(page("a", "0x").whole());
  }

  @Test
  void aNewcomerGetsEverything() {
    assertThat(page("a", "0x").whole())
        .isEqualTo(
            List.of(
                new LiveEvent("problem", ""),
                new LiveEvent("tiles", "a"),
                new LiveEvent("leaderboard", "<0x>")));
  }
}
