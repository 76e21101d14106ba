package org.edm2search.pipeline.release;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.edm2search.data.ImageDataset;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.fid.Estimate;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.pipeline.trial.ScoreBook;
import org.edm2search.pipeline.trial.SeedBlock;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.Section;

/**
 * The score that a bundle says its network had: of the search, of {@code evaluate} or, where
 * finalists chose how it draws, of the first block of seeds that its training was scored on then.
 *
 * @param bundle its directory
 * @param name of the score
 * @param value of the score
 * @param margin half of its 95 % interval
 * @param protocolDigest of everything that it depends on
 * @param dataDigest of the data set
 * @param block of seeds that finalists or {@code evaluate} scored it on
 */
public record RecordedScore(
    Path bundle,
    String name,
    double value,
    double margin,
    String protocolDigest,
    String dataDigest,
    Optional<SeedBlock> block) {

  /** Share of a score by which it may differ that was recorded without an interval. */
  private static final double USUAL_MARGIN = 0.01;

  /**
   * Reads the score of a bundle.
   *
   * @throws Edm2SearchException if it has none
   */
  public static RecordedScore of(Path bundle) {
    Map<String, Object> metrics = ModelBundle.metrics(bundle);
    if (!(metrics.get("score") instanceof Map<?, ?> score)
        || !(score.get("name") instanceof String name)
        || !(score.get("value") instanceof Number value)
        || !(score.get("protocol_digest") instanceof String protocol)) {
      throw new Edm2SearchException(
          bundle
              + ": metrics.json has no score to reproduce; of what 'train' wrote, 'evaluate' before 'export' measures one");
    }
    double margin =
        score.get("high_95") instanceof Number high
            ? high.doubleValue() - value.doubleValue()
            : USUAL_MARGIN * Math.abs(value.doubleValue());
    Section training = Section.load(bundle.resolve(TrainingFacts.NAME));
    String data = training.section("data").string("digest");
    Optional<SeedBlock> own = own(bundle, metrics);
    if (own.isPresent()) {
      return ofBlock(bundle, metrics, data, own.get());
    }
    Optional<SeedBlock> evaluated =
        score.get("seed") instanceof Number seed && score.get("samples") instanceof Number samples
            ? Optional.of(
                new SeedBlock(
                    seed.longValue(),
                    samples.intValue(),
                    protocol,
                    new ScoreBook.Score(value.doubleValue(), 0)))
            : Optional.empty();
    return new RecordedScore(bundle, name, value.doubleValue(), margin, protocol, data, evaluated);
  }

  private static Optional<SeedBlock> own(Path bundle, Map<String, Object> metrics) {
    try {
      return FinalChoice.ownBlock(metrics);
    } catch (IllegalArgumentException e) {
      throw new Edm2SearchException(
          "%s: what finalists chose %s in metrics.json".formatted(bundle, e.getMessage()), e);
    }
  }

  private static RecordedScore ofBlock(
      Path bundle, Map<String, Object> metrics, String data, SeedBlock block) {
    Map<?, ?> chosen = (Map<?, ?>) Objects.requireNonNull(metrics.get(FinalChoice.KEY));
    double value = block.score().score();
    Estimate estimate = new Estimate(value, block.score().deviation());
    double margin =
        estimate.standardDeviation() > 0 ? estimate.high() - value : USUAL_MARGIN * Math.abs(value);
    return new RecordedScore(
        bundle,
        chosen.get("score_name") + ", seeds from " + block.seed(),
        value,
        margin,
        block.protocolDigest(),
        data,
        Optional.of(block));
  }

  /** Returns the protocol with the seeds that the score was measured on. */
  public EvaluationProtocol seeded(EvaluationProtocol protocol) {
    return block.map(own -> own.seeded(protocol)).orElse(protocol);
  }

  /**
   * Requires the data set that the score is a distance to.
   *
   * @throws Edm2SearchException if it is another one
   */
  public void requireData(ImageDataset images) {
    if (!images.digest().equals(dataDigest)) {
      throw new Edm2SearchException(
          "%s: was scored on other images than %s holds now: their digest is %s, but %s was recorded"
              .formatted(bundle, images.name(), images.digest(), dataDigest));
    }
  }

  /**
   * Requires the protocol that the score was measured by.
   *
   * @param digest of the protocol at hand
   * @throws Edm2SearchException if it is another one
   */
  public void requireProtocol(String digest) {
    if (!digest.equals(protocolDigest)) {
      throw new Edm2SearchException(
          ("%s: draws otherwise than it was scored (other averaged weights, sampler, guidance, seeds or"
                  + " features); export the trial with --as-searched to reproduce its score")
              .formatted(bundle));
    }
  }

  /** Compares with what was measured now. */
  public BundleVerification.Check check(double measured) {
    return new BundleVerification.Check(
        "recorded " + value, name, Math.abs(measured - value), margin);
  }
}
