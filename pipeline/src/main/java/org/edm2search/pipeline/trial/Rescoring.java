package org.edm2search.pipeline.trial;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.rescore.RescoreBook;
import org.edm2search.eval.Distance;
import org.edm2search.eval.DistanceMeter;
import org.edm2search.eval.Evaluation;
import org.edm2search.eval.Evaluator;
import org.edm2search.eval.Reference;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.reference.KeptSamples;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.base.Sha256;
import org.edm2search.train.TrainedCandidate;

/**
 * Scores trials of a campaign by another protocol, from the checkpoints that were kept. Trials and
 * samples that are done are not done again.
 */
public final class Rescoring {

  private final CampaignSettings settings;
  private final FeatureExtractor extractor;
  private final Reference reference;
  private final DistanceMeter meter;
  private final RescoreBook book;

  /**
   * Prepares scoring.
   *
   * @param settings with the protocol to score by
   * @param meter made for the reference
   * @param book keeps the scores
   */
  public Rescoring(
      CampaignSettings settings,
      FeatureExtractor extractor,
      Reference reference,
      DistanceMeter meter,
      RescoreBook book) {
    this.settings = settings;
    this.extractor = extractor;
    this.reference = reference;
    this.meter = meter;
    this.book = book;
  }

  /** Returns the digest of the protocol, under which the book has the scores. */
  public String digest() {
    return settings.protocol().digest(extractor, reference.id());
  }

  /**
   * Returns what a trial scores.
   *
   * @param directory of the campaign
   * @param trial its number
   * @throws Edm2SearchException if the checkpoint cannot be read
   */
  public RescoreBook.Score score(
      CampaignDirectory directory, int trial, Evaluator.Progress progress) {
    Path folder = directory.trial(trial);
    String checkpoint = checkpoint(folder);
    Optional<RescoreBook.Score> known = book.find(digest(), trial, checkpoint);
    if (known.isPresent()) {
      return known.get();
    }
    TrainedCandidate candidate = TrainedCandidate.read(folder);
    KeptSamples samples = new KeptSamples(folder, checkpoint, digest());
    try (ImageSource draw = ImageSource.of(candidate, settings.protocol())) {
      Evaluation evaluation =
          new Evaluator(settings.protocol(), settings.shape())
              .evaluate(draw.denoiser(), extractor, reference, meter, samples, progress);
      RescoreBook.Score score = score(evaluation, checkpoint);
      book.keep(
          evaluation.protocol().digest(),
          new RescoreBook.Table(
              evaluation.protocol().label(), evaluation.protocol().text(), Map.of(trial, score)));
      samples.discard();
      return score;
    }
  }

  private static RescoreBook.Score score(Evaluation evaluation, String checkpoint) {
    Map<String, Double> distances = new TreeMap<>();
    for (Distance distance : Distance.values()) {
      distances.put(distance.key(), evaluation.distance(distance).value());
    }
    boolean known = evaluation.score().hasDeviation();
    return new RescoreBook.Score(
        evaluation.score().value(),
        known ? evaluation.score().standardDeviation() : 0,
        distances,
        checkpoint);
  }

  /** Returns the SHA-256 of a trial's checkpoint. */
  static String checkpoint(Path trial) {
    Path file = trial.resolve(CampaignDirectory.CHECKPOINT);
    try {
      return new Sha256().add(file).hex();
    } catch (IOException e) {
      throw new Edm2SearchException("%s: cannot be read: %s".formatted(file, e), e);
    }
  }
}
