package org.edm2search.pipeline.trial;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.eval.DistanceMeter;
import org.edm2search.eval.Evaluation;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.Evaluator;
import org.edm2search.eval.ImageShape;
import org.edm2search.eval.Reference;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.reference.KeptSamples;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.base.Sha256;
import org.edm2search.train.TrainedCandidate;

/**
 * Scores trained networks from their checkpoints against one reference, by any protocol.
 * Interrupted, it goes on with the samples that were drawn.
 */
public final class CheckpointScoring {

  private final ImageShape shape;
  private final FeatureExtractor extractor;
  private final Reference reference;
  private final DistanceMeter meter;

  /**
   * Prepares scoring.
   *
   * @param shape of the images to draw
   * @param meter made for the reference
   */
  public CheckpointScoring(
      ImageShape shape, FeatureExtractor extractor, Reference reference, DistanceMeter meter) {
    this.shape = shape;
    this.extractor = extractor;
    this.reference = reference;
    this.meter = meter;
  }

  /** Returns the digest of a protocol: of everything that its scores depend on. */
  public String digest(EvaluationProtocol protocol) {
    return protocol.digest(extractor, reference.id());
  }

  /** Returns the features that scores are made of, as labels name them. */
  public String features() {
    return extractor.id();
  }

  /**
   * Scores a trial.
   *
   * @param trial its directory
   * @param checkpoint digest of its checkpoint
   * @param progress told of drawn images
   * @param keep takes the score before the samples are thrown away
   * @throws Edm2SearchException if the checkpoint cannot be read
   */
  Evaluation score(
      Path trial,
      String checkpoint,
      EvaluationProtocol protocol,
      Evaluator.Progress progress,
      Consumer<Evaluation> keep) {
    TrainedCandidate candidate = TrainedCandidate.read(trial);
    KeptSamples samples = new KeptSamples(trial, checkpoint, digest(protocol));
    try (ImageSource draw = ImageSource.of(candidate, protocol)) {
      Evaluation evaluation =
          new Evaluator(protocol, shape)
              .evaluate(draw.denoiser(), extractor, reference, meter, samples, progress);
      keep.accept(evaluation);
      samples.discard();
      return evaluation;
    }
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
