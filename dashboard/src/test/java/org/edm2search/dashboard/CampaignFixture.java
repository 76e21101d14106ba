package org.edm2search.dashboard;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import javax.imageio.ImageIO;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.journal.JournaledStore;
import org.edm2search.campaign.rescore.RescoreBook;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.store.H2TrialStore;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Protocol;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.Genotype;
import org.edm2search.space.LossPoint;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.yaml.Section;

/** A campaign directory with a real store, written as a run writes it. The scores are invented. */
final class CampaignFixture implements AutoCloseable {

  static final SearchSpace SPACE =
      SearchSpace.read(
          Section.parse(
              """
              genes:
                kernel: {scope: stage, values: [3, 5, 7]}
                expansion: {scope: stage, values: [2, 3, 4, 6]}
                depthwise: {scope: global, values: ["in", "mid", "out", "in,mid", "in,out"]}
                embedding: {scope: stage, values: [wide, narrow]}
                linear_bottleneck: {scope: global, values: [true, false]}
              """,
              "space"),
          ArchitectureSpec.builder()
              .imgResolution(16)
              .imgChannels(1)
              .labelDim(10)
              .modelChannels(16)
              .channelMult(List.of(1, 2))
              .numBlocks(1)
              .attnResolutions(Set.of(8))
              .channelsPerHead(16)
              .branches(BranchAssignment.uniform(Presets.seedBranch()))
              .build());

  private static final Provenance ORIGIN =
      new Provenance(
          17,
          Map.of("config", "5d2f0c", "data set", "a41b77"),
          Map.of("edm2-search", "0.1.0", "java", "17"),
          "test");

  private final CampaignDirectory directory;
  private final JournaledStore store;
  private final Map<Integer, Trial> trials = new HashMap<>();
  private AutoCloseable lock;

  private CampaignFixture(CampaignDirectory directory, JournaledStore store) {
    this.directory = directory;
    this.store = store;
  }

  static CampaignFixture create(Path path, int plannedTrials) {
    CampaignDirectory directory = new CampaignDirectory(path);
    directory.create();
    JournaledStore store =
        JournaledStore.of(
            H2TrialStore.open(directory.store()), directory.journal(), Clock.systemUTC());
    store.save(
        new CampaignRecord(
            path.getFileName().toString(),
            "genetic",
            1,
            plannedTrials,
            "campaign: {}",
            "5d2f0c",
            Instant.now(),
            ""));
    return new CampaignFixture(directory, store);
  }

  /** Claims the directory, as a run does. */
  CampaignFixture run() {
    lock = directory.lock();
    return this;
  }

  /** Ends the run, as far as others can see. */
  void stop() throws Exception {
    if (lock != null) {
      lock.close();
      lock = null;
    }
  }

  CampaignDirectory directory() {
    return directory;
  }

  /** Proposes the next trial and starts it. */
  int start(Map<String, String> changes) {
    int number = trials.size();
    Trial waiting = Trial.waiting(number, Candidate.of(SPACE, genotype(changes)), Instant.now());
    store.create(waiting, List.of(), "{}");
    Trial running = waiting.started(Instant.now());
    store.start(running);
    trials.put(number, running);
    return number;
  }

  /** Trains an earlier trial's architecture again. */
  int again(int first, double score) {
    int number = trials.size();
    Trial waiting = Trial.repeat(number, trials.get(first), Instant.now());
    store.create(waiting, List.of(), "{}");
    Trial running = waiting.started(Instant.now());
    store.start(running);
    trials.put(number, running);
    complete(number, score);
    return number;
  }

  /** Scores trials by another protocol, as {@code rescore} does. */
  void rescore(String digest, Map<Integer, Double> scores) throws IOException {
    Map<Integer, RescoreBook.Score> rescored = new HashMap<>();
    scores.forEach(
        (trial, score) ->
            rescored.put(trial, new RescoreBook.Score(score, 0.5, Map.of("fd", score), "c0ffee")));
    RescoreBook.open(directory)
        .keep(digest, new RescoreBook.Table("FD@5000 (photos)", "5000 samples", rescored));
  }

  void progress(int number, Phase phase, long done, long total) {
    store.report(
        new Progress(number, phase, done, total, OptionalDouble.of(0.3), 812.5, Instant.now()));
    store.flush();
  }

  void loss(int number, long images, double loss) {
    store.record(number, new LossPoint(images, loss));
    store.flush();
  }

  void complete(int number, double score) {
    double flops = 1e12;
    finish(
        trials
            .get(number)
            .complete(
                new Measurement(
                    new Quantity("FD@1000 (builtin)", score, ""),
                    List.of(
                        new Quantity("standard_deviation", score * 0.012, ""),
                        new Quantity(Quantity.TRAINED_IMAGES, 40_960, "images"),
                        new Quantity(Quantity.TRAINING_FLOPS, flops, "multiply-adds"),
                        new Quantity(Quantity.TRAINING_SECONDS, 61.2, "s")),
                    new Protocol("FD@1000 (builtin): 1000 samples; Heun, 12 steps", "9c1e")),
                ORIGIN,
                Instant.now()));
  }

  void fail(int number, String reason) {
    finish(trials.get(number).failed(reason, ORIGIN, Instant.now()));
  }

  private void finish(Trial finished) {
    store.finish(finished, "{}");
    trials.put(finished.number(), finished);
  }

  /** Runs a whole trial. */
  int trial(double score, Map<String, String> changes) {
    int number = start(changes);
    for (int i = 1; i <= 20; i++) {
      loss(number, i * 2048L, Math.exp(-i / 5.0) + 0.2);
    }
    complete(number, score);
    return number;
  }

  /** Adds a waiting trial whose proposal met a refused candidate. */
  void refuse(Map<String, String> changes, String reason) {
    Candidate refused = Candidate.of(SPACE, genotype(changes));
    Trial waiting =
        Trial.waiting(trials.size(), Candidate.of(SPACE, SPACE.seedGenotype()), Instant.now());
    store.create(
        waiting,
        List.of(new Rejection(refused.architectureId(), refused.genotype(), reason, 1)),
        "{}");
    trials.put(waiting.number(), waiting);
  }

  void samples(int number) throws IOException {
    Path file = directory.trial(number).resolve(CampaignDirectory.SAMPLES);
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(128, 128, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < 128; y++) {
      for (int x = 0; x < 128; x++) {
        int value = (x / 16 + y / 16) % 2 == 0 ? (x * 2) & 255 : (y * 2) & 255;
        image.setRGB(x, y, value * 0x010101);
      }
    }
    ImageIO.write(image, "png", file.toFile());
  }

  private static Genotype genotype(Map<String, String> changes) {
    Map<String, String> words = new HashMap<>();
    for (String word : SPACE.seedGenotype().text().split(" ")) {
      words.put(word.split("=")[0], word.split("=")[1]);
    }
    words.putAll(changes);
    StringBuilder text = new StringBuilder();
    words.forEach((locus, allele) -> text.append(locus).append('=').append(allele).append(' '));
    return SPACE.parse(text.toString());
  }

  /** Asks the process that runs it to wait, as {@code pause} does. */
  void pause() {
    directory.requestPause();
  }

  @Override
  public void close() throws Exception {
    stop();
    store.close();
  }
}
