package org.edm2search.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.edm2search.campaign.CampaignResult.Ending;
import org.edm2search.campaign.trial.Spending;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.yaml.InvalidConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The best are trained again when the search has ended, and the search does not notice. */
final class ConfirmationTest {

  private static final Clock CLOCK = Clock.fixed(Examples.NOW, ZoneOffset.UTC);
  private static final String GENETIC = "strategy: genetic, population: 4";

  @TempDir Path folder;

  private final Set<Long> seeds = new HashSet<>();

  private CampaignConfig config(String name, int trials, String more) {
    String text = Examples.yaml(folder.resolve(name), GENETIC, trials, Examples.GENES) + more;
    return CampaignConfig.parse(text, "test.yaml");
  }

  /** Trial 0 is the worst, and of the others the later ones are better. Repeats score otherwise. */
  private CampaignResult run(CampaignConfig config) {
    return run(
        config,
        (request, progress) -> {
          seeds.add(request.seed());
          return Examples.measurement(
              request.number() < 8 ? 9 - request.number() : 100 + request.number());
        });
  }

  private static CampaignResult run(CampaignConfig config, Objective objective) {
    try (Campaign campaign =
        Campaign.open(
            config, Examples.space(config), Examples.ENVIRONMENT, Examples.PRICES, CLOCK)) {
      return campaign.run(objective, CampaignListener.NONE);
    }
  }

  @Test
  void theBestAndTheSeedArchitectureAreTrainedAgainWithSeedsOfTheirOwn() {
    List<Trial> plain = run(config("plain", 8, "")).trials();
    seeds.clear();
    CampaignResult result = run(config("confirmed", 8, "confirm: {top: 2, runs: 3}\n"));
    assertThat(result.ending()).isEqualTo(Ending.DONE);
    assertThat(result.trials()).startsWith(plain.toArray(Trial[]::new)).hasSize(14);
    List<Trial> repeats = result.trials().subList(8, 14);
    assertThat(repeats.stream().map(trial -> trial.repeatOf().orElseThrow()))
        .containsExactly(7, 6, 0, 7, 6, 0);
    for (Trial repeat : repeats) {
      assertThat(repeat.candidate())
          .isEqualTo(plain.get(repeat.repeatOf().orElseThrow()).candidate());
    }
    assertThat(seeds).hasSize(14);
  }

  @Test
  void theSearchGoesOnAsIfNothingHadBeenRepeated() {
    Objective cheapest =
        (request, progress) -> Examples.measurement(request.cost().multiplyAdds() / 1e6);
    List<Trial> plain = run(config("plain", 12, ""), cheapest).trials();
    String confirm = "confirm: {top: 1, runs: 2}\n";
    assertThat(run(config("confirmed", 6, confirm), cheapest).trials()).hasSizeBetween(7, 8);
    List<Trial> after = run(config("confirmed", 12, confirm), cheapest).trials();
    assertThat(
            after.stream()
                .filter(trial -> trial.repeatOf().isEmpty())
                .map(trial -> trial.candidate().architectureId()))
        .containsExactlyElementsOf(
            plain.stream().map(trial -> trial.candidate().architectureId()).toList());
  }

  @Test
  void aBudgetKeepsRoomForTheRepeats() {
    long flops = Examples.space().seedCost().multiplyAdds() * 12_000;
    CampaignResult result =
        run(
            config(
                "budget",
                40,
                "confirm: {top: 2, runs: 3}\nbudget: {flops: %d}\n".formatted(flops)));
    assertThat(result.ending()).isEqualTo(Ending.DONE);
    assertThat(result.trials().stream().filter(trial -> trial.repeatOf().isPresent())).hasSize(6);
    assertThat(result.trials()).hasSizeBetween(8, 30);
    assertThat(Spending.of(result.trials()).total()).isLessThanOrEqualTo(BigInteger.valueOf(flops));
  }

  @Test
  void aLargerBudgetGoesOnWithWhatWasProposedNext() {
    Objective cheapest =
        (request, progress) -> Examples.measurement(request.cost().multiplyAdds() / 1e6);
    List<Trial> plain = run(config("plain", 16, ""), cheapest).trials();
    long trial = Examples.space().seedCost().multiplyAdds() * 1_000;
    String more = "confirm: {top: 1, runs: 2}\nbudget: {flops: %d}\n";
    List<Trial> first = run(config("more", 40, more.formatted(9 * trial)), cheapest).trials();
    List<Trial> all = run(config("more", 40, more.formatted(15 * trial)), cheapest).trials();
    assertThat(all).hasSizeGreaterThan(first.size() + 2);
    List<String> searched =
        all.stream()
            .filter(one -> one.repeatOf().isEmpty())
            .map(one -> one.candidate().architectureId())
            .toList();
    assertThat(plain.stream().map(one -> one.candidate().architectureId()).toList())
        .startsWith(searched.toArray(String[]::new));
  }

  @Test
  void aSingleRunConfirmsNothing() {
    assertThatThrownBy(() -> config("one", 8, "confirm: {runs: 1}\n"))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("confirm.runs: must be between 2 and 100, but is 1");
  }
}
