package org.edm2search.dashboard.library;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.dashboard.view.ArchitectureView;
import org.edm2search.dashboard.view.Entry;
import org.edm2search.dashboard.view.LeaderboardView;
import org.edm2search.dashboard.view.TrialView;
import org.edm2search.space.LossPoint;
import org.edm2search.space.architecture.UNetLayout;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.cost.Cost;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One trial of a snapshot as its view. */
final class TrialReading {

  private static final Logger LOG = LoggerFactory.getLogger(TrialReading.class);

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

  private TrialReading() {}

  static TrialView view(
      String campaign, Ranking ranking, Trial trial, List<LossPoint> losses, boolean hasSamples) {
    Snapshot snapshot = ranking.snapshot();
    LeaderboardView.Row row = ranking.row(trial);
    int number = trial.number();
    return new TrialView(
        campaign,
        trial.measurement().map(m -> m.score().name()).orElse(ranking.scoreName()),
        row,
        new TrialView.Neighbors(neighbor(snapshot, number - 1), neighbor(snapshot, number + 1)),
        architecture(trial),
        new TrialView.Training(
            // JSON has no number for a loss that diverged; the curve ends before it.
            losses.stream().filter(point -> Double.isFinite(point.loss())).toList(),
            hasSamples,
            trial
                .duration()
                .map(duration -> OptionalDouble.of(duration.toMillis() / 1e3))
                .orElse(OptionalDouble.empty())),
        new TrialView.Details(
            cost(trial, row),
            trial.measurement().map(TrialReading::measurements).orElse(List.of()),
            rungs(trial),
            trial.measurement().map(TrialReading::protocol).orElse(List.of()),
            provenance(trial)));
  }

  private static OptionalInt neighbor(Snapshot snapshot, int number) {
    return snapshot.trial(number).isPresent() ? OptionalInt.of(number) : OptionalInt.empty();
  }

  private static Optional<ArchitectureView> architecture(Trial trial) {
    try {
      return Optional.of(ArchitectureView.of(UNetLayout.of(trial.candidate().architecture())));
    } catch (Edm2SearchException | IllegalArgumentException e) {
      LOG.warn("the architecture of trial {} cannot be read", trial.number(), e);
      return Optional.empty();
    }
  }

  private static List<Entry> cost(Trial trial, LeaderboardView.Row row) {
    List<Entry> entries = new ArrayList<>();
    entries.add(Entry.of("Parameters", Amounts.whole(trial.candidate().cost().parameters())));
    entries.add(
        Entry.of(
            "FLOPs",
            Amounts.whole(trial.candidate().cost().multiplyAdds())
                + " multiply-adds per image and network evaluation"));
    row.size()
        .toSeed()
        .ifPresent(ratio -> entries.add(Entry.of("FLOPs against G*", Amounts.ratio(ratio))));
    trial
        .measurement()
        .flatMap(measurement -> measurement.quantity(Quantity.TRAINING_FLOPS))
        .ifPresent(
            flops ->
                entries.add(
                    Entry.of(
                        "Training",
                        Amounts.count(flops.value())
                            + " FLOPs ("
                            + Cost.TRAINING_PASSES
                            + " × network × images)")));
    return entries;
  }

  private static List<Entry> measurements(Measurement measurement) {
    List<Entry> entries = new ArrayList<>();
    entries.add(entry(measurement.score()));
    measurement.others().forEach(quantity -> entries.add(entry(quantity)));
    return entries;
  }

  private static List<Entry> rungs(Trial trial) {
    return trial.rungs().reached().stream()
        .map(
            loss ->
                Entry.of(
                    "Rung " + (loss.rung() + 1),
                    String.format(
                        Locale.ROOT,
                        "%.5g ± %.2g\nafter %s images, %s FLOPs of training\nby noise level %s",
                        loss.loss(),
                        loss.standardError(),
                        Amounts.whole(loss.images()),
                        Amounts.count(
                            trial.candidate().cost().training(loss.images()).doubleValue()),
                        loss.bins().stream()
                            .map(bin -> String.format(Locale.ROOT, "%.3g", bin))
                            .collect(Collectors.joining(" ")))))
        .toList();
  }

  private static Entry entry(Quantity quantity) {
    String name = quantity.name().replace('_', ' ');
    String value =
        quantity.unit().equals("s")
            ? Amounts.duration(quantity.value())
            : (Amounts.quantity(quantity.value()) + " " + quantity.unit()).strip();
    return Entry.of(name, value);
  }

  private static List<Entry> protocol(Measurement measurement) {
    return List.of(
        Entry.of("Protocol", measurement.protocol().text().replace("; ", "\n")),
        new Entry("Digest", measurement.protocol().digest(), true));
  }

  private static List<Entry> provenance(Trial trial) {
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry("Genotype", trial.candidate().genotype().text(), true));
    entries.add(new Entry("Architecture", trial.candidate().architectureId(), true));
    trial.provenance().ifPresent(provenance -> add(entries, provenance));
    entries.add(Entry.of("Proposed", time(trial.createdAt())));
    trial.startedAt().ifPresent(at -> entries.add(Entry.of("Started", time(at))));
    trial.finishedAt().ifPresent(at -> entries.add(Entry.of("Finished", time(at))));
    return entries;
  }

  private static void add(List<Entry> entries, Provenance provenance) {
    entries.add(new Entry("Random seed", Long.toString(provenance.seed()), true));
    provenance
        .digests()
        .forEach((role, digest) -> entries.add(new Entry("Digest of " + role, digest, true)));
    provenance.versions().forEach((name, version) -> entries.add(Entry.of(name, version)));
    if (!provenance.device().isBlank()) {
      entries.add(Entry.of("Device", provenance.device()));
    }
  }

  private static String time(Instant instant) {
    return TIME.format(instant);
  }
}
