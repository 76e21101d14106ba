package org.edm2search.campaign.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.edm2search.campaign.Examples;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.RecordedArchitecture;
import org.edm2search.campaign.trial.RecordedGenotype;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.cost.Cost;
import org.edm2search.space.yaml.InvalidConfigException;
import org.junit.jupiter.api.Test;

final class LeaderboardCsvTest {

  private static final SearchSpace SPACE = Examples.space();

  private static Candidate candidate(int number) {
    return Examples.candidate(SPACE, new SplittableRandom(number));
  }

  @Test
  void listsRankedTrialsThenTheOthers() {
    String csv =
        LeaderboardCsv.write(
            List.of(
                Examples.complete(0, candidate(0), 5.5),
                Examples.failed(1, candidate(1)),
                Examples.complete(2, candidate(2), 4.25)));
    String[] lines = csv.split("\r\n");
    assertThat(lines).hasSize(4);
    assertThat(lines[0]).startsWith("rank,trial,state,score_name,score,multiply_adds,parameters");
    assertThat(lines[0]).contains(",trained_images [images],gene kernel@enc,gene kernel@dec,");
    assertThat(lines[1]).startsWith("1,2,COMPLETE,FD@1000,4.25,").contains(",4096.0,5,3,3,3,");
    assertThat(lines[2]).startsWith("2,0,COMPLETE,FD@1000,5.5,");
    assertThat(lines[3]).startsWith(",1,FAILED,,,").contains(",diverged,,");
  }

  @Test
  void quotesWhatNeedsQuotesAndDisarmsFormulas() {
    Trial failed =
        Trial.waiting(0, candidate(0), Examples.NOW)
            .started(Examples.NOW)
            .failed("=cmd|\"x\", no", Examples.ENVIRONMENT, Examples.NOW);
    assertThat(LeaderboardCsv.write(List.of(failed)))
        .contains(",\"'=cmd|\"\"x\"\", no\",5,5,6,4,\"in,out\",");
  }

  /** Reading networks took most of the time of a listing; what is no network tells who reads it. */
  @Test
  void listingsReadNoNetwork() {
    Candidate unread =
        new Candidate(
            new RecordedGenotype("k=3"),
            "id",
            RecordedArchitecture.ofYaml("no network"),
            new Cost(9, 9));
    Trial trial = Examples.complete(0, unread, 5);
    assertThat(LeaderboardCsv.write(List.of(trial))).contains("k=3");
    assertThat(ParetoFront.of(Leaderboard.of(List.of(trial)).tables().get(0)))
        .containsExactly(trial);
    assertThatThrownBy(unread::architecture).isInstanceOf(InvalidConfigException.class);
  }
}
