package org.edm2search.dashboard.view;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.campaign.report.TrainingFlops;
import org.edm2search.space.LossPoint;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.BranchSpec;
import org.edm2search.space.architecture.EmbeddingPosition;
import org.edm2search.space.architecture.Placement;
import org.edm2search.space.architecture.UNetLayout;
import org.edm2search.space.cost.CostModel;

/** Views made by hand, for tests of templates and messages. The numbers are invented. */
public final class ExampleViews {

  private ExampleViews() {}

  public static UNetLayout smallNetwork() {
    BranchSpec encoder =
        BranchSpec.separable(
            EnumSet.of(Placement.IN, Placement.OUT), 5, 4, EmbeddingPosition.NARROW, true);
    BranchSpec decoder =
        BranchSpec.separable(
            EnumSet.of(Placement.IN, Placement.OUT), 3, 2, EmbeddingPosition.WIDE, true);
    return UNetLayout.of(
        ArchitectureSpec.builder()
            .imgResolution(16)
            .imgChannels(1)
            .labelDim(10)
            .modelChannels(16)
            .channelMult(List.of(1, 2))
            .numBlocks(1)
            .attnResolutions(Set.of(8))
            .channelsPerHead(16)
            .branches(new BranchAssignment(encoder, Map.of("dec", decoder)))
            .build());
  }

  private static StandingView standing(int trial, double score) {
    OptionalDouble better =
        trial == 0
            ? OptionalDouble.empty()
            : OptionalDouble.of(1 / (1 + Math.exp((score - 61.2) / 5)));
    return new StandingView(score, score * 0.85, score * 1.15, Math.exp(-score / 9) * 200, better);
  }

  public static LeaderboardView.Row row(
      int trial, int rank, String state, double score, double cost, boolean front) {
    boolean scored = Double.isFinite(score);
    boolean running = state.equals("running");
    return new LeaderboardView.Row(
        trial,
        new LeaderboardView.Score(
            scored ? OptionalDouble.of(score) : OptionalDouble.empty(),
            scored ? 1 : 0,
            scored ? OptionalInt.of(rank) : OptionalInt.empty(),
            rank == 2,
            scored ? Optional.of(standing(trial, score)) : Optional.empty(),
            scored ? OptionalDouble.of(score / 61.2) : OptionalDouble.empty()),
        new LeaderboardView.Size(
            (long) (cost * 8.12e6), OptionalDouble.of(cost), (long) (cost * 151_000)),
        front,
        List.of(
            new GeneView("kernel enc", trial % 2 == 0 ? "3" : "5", trial % 2 == 1),
            new GeneView("kernel dec", "3", false),
            new GeneView("expansion enc", trial % 3 == 0 ? "4" : "6", trial % 3 != 0),
            new GeneView("expansion dec", "4", false),
            new GeneView("depthwise", trial == 4 ? "mid" : "in,out", trial == 4),
            new GeneView("embedding enc", "narrow", false),
            new GeneView("embedding dec", trial > 4 ? "wide" : "narrow", trial > 4),
            new GeneView("linear_bottleneck", "true", false)),
        new LeaderboardView.Status(
            state,
            running ? OptionalDouble.of(0.42) : OptionalDouble.empty(),
            running ? "training" : "",
            OptionalInt.empty(),
            state.equals("failed")
                ? Optional.of(
                    "the loss became NaN after 12 416 images; a lower learning_rate may help")
                : Optional.empty()));
  }

  public static CampaignView campaign() {
    List<LeaderboardView.Row> rows = new ArrayList<>();
    rows.add(row(8, 0, "running", Double.NaN, 1.08, false));
    rows.add(row(5, 1, "complete", 52.31, 1.04, true));
    rows.add(row(3, 2, "complete", 55.7, 0.91, true));
    rows.add(row(7, 3, "complete", 58.02, 1.13, false));
    rows.add(row(0, 4, "complete", 61.2, 1, false));
    rows.add(row(2, 5, "complete", 63.9, 0.74, true));
    rows.add(row(6, 6, "complete", 70.45, 0.95, false));
    rows.add(row(1, 7, "complete", 88.1, 0.66, true));
    rows.add(row(4, 0, "failed", Double.NaN, 0.81, false));
    List<ChartView.Point> points = new ArrayList<>();
    for (LeaderboardView.Row row : rows) {
      if (row.score().value().isPresent()) {
        points.add(
            new ChartView.Point(
                row.trial(),
                OptionalDouble.of(row.size().multiplyAdds()),
                row.size().multiplyAdds(),
                row.score().value().getAsDouble(),
                row.score().standing().orElseThrow().low(),
                row.score().standing().orElseThrow().high(),
                row.size().parameters(),
                row.seed()));
      }
    }
    points.sort((a, b) -> Integer.compare(a.trial(), b.trial()));
    String score = "FD@1000 (builtin)";
    return new CampaignView(
        "quickstart",
        new CampaignView.Status(
            "running",
            false,
            "",
            List.of(Entry.of("strategy", "genetic"), Entry.of("seed", "1")),
            new CampaignView.Counts(12, 7, 1, 3, 0, 1, 0),
            0),
        new CampaignView.Best(
            OptionalInt.of(5),
            OptionalDouble.of(52.31),
            Optional.of(standing(5, 52.31)),
            OptionalDouble.of(61.2),
            OptionalDouble.of(52.31 / 61.2)),
        new CampaignView.Spent(
            new TrainingFlops(8.4e12, OptionalDouble.of(12e12)),
            OptionalDouble.of(412),
            OptionalDouble.of(231)),
        new LeaderboardView("quickstart", score, LeaderboardQuery.FIRST, rows.size(), rows),
        List.of(),
        new ChartView(score, "FLOPs", points, points.size(), List.of(1, 2, 3, 5)),
        new CampaignView.Refused(
            List.of(
                new RejectionView(
                    List.of(new GeneView("kernel enc", "7", true)),
                    "1.31x of the seed's FLOPs",
                    2)),
            1));
  }

  public static TrialView trial() {
    UNetLayout layout = smallNetwork();
    List<LossPoint> loss = new ArrayList<>();
    for (int i = 1; i <= 60; i++) {
      loss.add(new LossPoint(i * 640L, 0.9 * Math.exp(-i / 14.0) + 0.18 + 0.01 * (i % 3)));
    }
    return new TrialView(
        "quickstart",
        "FD@1000 (builtin)",
        row(5, 1, "complete", 52.31, 1.04, true),
        new TrialView.Neighbors(OptionalInt.of(4), OptionalInt.of(6)),
        Optional.of(ArchitectureView.of(layout)),
        new TrialView.Training(loss, false, OptionalDouble.of(64)),
        new TrialView.Details(
            List.of(
                Entry.of("Parameters", Amounts.whole(CostModel.of(layout).parameters())),
                Entry.of("FLOPs", Amounts.whole(CostModel.of(layout).multiplyAdds()))),
            List.of(Entry.of("FD@1000 (builtin)", "52.31")),
            List.of(Entry.of("Rung 1", "0.1234 ± 0.003")),
            List.of(Entry.of("samples", "1000"), Entry.of("steps", "12")),
            List.of(new Entry("Architecture id", "3f6c0a8d91be2b7c", true))));
  }
}
