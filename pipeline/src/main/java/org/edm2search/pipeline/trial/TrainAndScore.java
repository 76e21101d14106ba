package org.edm2search.pipeline.trial;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongConsumer;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.Objective;
import org.edm2search.campaign.TrialProgress;
import org.edm2search.campaign.TrialRequest;
import org.edm2search.campaign.TrialStoppedException;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.Protocol;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.RungLoss;
import org.edm2search.data.ImageBatch;
import org.edm2search.eval.DistanceMeter;
import org.edm2search.eval.Evaluation;
import org.edm2search.eval.Evaluator;
import org.edm2search.eval.ImageGrid;
import org.edm2search.eval.ImageShape;
import org.edm2search.eval.Reference;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.reference.KeptSamples;
import org.edm2search.eval.reference.ReferenceStore;
import org.edm2search.space.LossPoint;
import org.edm2search.space.cost.Expense;
import org.edm2search.train.TrainedCandidate;
import org.edm2search.train.Trainer;
import org.edm2search.train.TrainingListener;
import org.edm2search.train.TrainingProgress;
import org.edm2search.train.TrainingRecipe;
import org.edm2search.train.TrainingStoppedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a candidate, draws images from its averaged weights and scores them. The same request in
 * the same directory gives the same score, however often it was interrupted. Not thread-safe.
 */
public final class TrainAndScore implements Objective, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TrainAndScore.class);
  private static final int GRID_ROWS = 6;
  private static final int GRID_COLUMNS = 10;

  private final CampaignSettings settings;
  private final FeatureExtractor extractor;
  private final ReferenceStore store;
  private final Optional<RungScreen> screen;
  private Optional<Reference> reference = Optional.empty();
  private Optional<DistanceMeter> meter = Optional.empty();

  /**
   * Prepares a campaign's objective.
   *
   * @param features files of features that do not come with the program
   */
  public TrainAndScore(CampaignSettings settings, FeatureFiles features) {
    this.settings = settings;
    this.extractor = features.open(settings.protocol().features(), bytes -> {});
    this.store = ReferenceStore.ofCampaign(settings.config().directory().path());
    this.screen = settings.config().fidelity().map(fidelity -> new RungScreen(fidelity, settings));
  }

  /** Returns what all scores depend on. */
  public Provenance environment() {
    return Environment.describe(settings.images(), extractor.id());
  }

  @Override
  public Measurement evaluate(TrialRequest request, TrialProgress progress) {
    return TrialFailures.named(() -> trainAndScore(request, progress));
  }

  @Override
  public RungLoss screen(TrialRequest request, TrialProgress progress) {
    return TrialFailures.named(
        () -> {
          RungScreen screen =
              this.screen.orElseThrow(
                  () -> new IllegalStateException("the campaign has no section fidelity"));
          int rung = request.rung().orElseThrow().index();
          TrainedCandidate candidate = train(request, screen.share(rung), progress);
          return screen.measure(
              candidate, rung, request.directory(), scoring(progress, screen.images()));
        });
  }

  private Measurement trainAndScore(TrialRequest request, TrialProgress progress) {
    TrainedCandidate candidate = train(request, 1, progress);
    Reference real = reference(progress);
    DistanceMeter meter = meter(real, progress);
    try (ImageSource draw = ImageSource.of(candidate, settings.protocol())) {
      Evaluator evaluator = new Evaluator(settings.protocol(), settings.shape());
      writeSamples(request.directory(), evaluator.grid(draw.denoiser(), GRID_ROWS, GRID_COLUMNS));
      long start = System.nanoTime();
      KeptSamples samples =
          new KeptSamples(
              request.directory(),
              CheckpointScoring.checkpoint(request.directory()),
              settings.protocol().digest(extractor, real.id()));
      Evaluation evaluation =
          evaluator.evaluate(
              draw.denoiser(),
              extractor,
              real,
              meter,
              samples,
              (drawn, total) -> {
                requireGoingOn(progress);
                double perSecond = drawn / ((System.nanoTime() - start) / 1e9);
                progress.report(Phase.SAMPLING, drawn, total, OptionalDouble.empty(), perSecond);
              });
      samples.discard();
      return measurement(request, candidate, evaluation);
    }
  }

  // ---------------------------------------------------------------- train

  private TrainedCandidate train(TrialRequest request, double share, TrialProgress progress) {
    Trainer trainer = new Trainer(settings.recipe(), settings.images(), request.seed());
    try {
      return trainer.train(
          request.architecture(), request.directory(), share, new Listener(progress));
    } catch (TrainingStoppedException e) {
      requireGoingOn(progress);
      throw e;
    }
  }

  /** Tells a trial's progress of a training step. */
  static void report(TrialProgress progress, TrainingProgress now) {
    progress.report(
        Phase.TRAINING,
        now.images(),
        now.totalImages(),
        OptionalDouble.of(now.loss()),
        now.imagesPerSecond());
  }

  private record Listener(TrialProgress progress) implements TrainingListener {

    @Override
    public void warned(String message) {
      LOG.warn("{}", message);
    }

    @Override
    public void stepped(TrainingProgress now) {
      report(progress, now);
    }

    @Override
    public void measured(LossPoint point) {
      progress.record(point);
    }

    @Override
    public boolean stopRequested() {
      return progress.stopRequested();
    }
  }

  private static void requireGoingOn(TrialProgress progress) {
    if (progress.stopRequested()) {
      throw new TrialStoppedException();
    }
  }

  // ---------------------------------------------------------------- score

  /** The data set's statistics: computed once for a campaign, and kept in its directory. */
  private Reference reference(TrialProgress progress) {
    if (reference.isEmpty()) {
      reference =
          Optional.of(
              store.statistics(
                  settings.images(), extractor, scoring(progress, settings.images().count())));
    }
    return reference.get();
  }

  private DistanceMeter meter(Reference real, TrialProgress progress) {
    if (meter.isEmpty()) {
      meter =
          Optional.of(
              new DistanceMeter(
                  real.statistics(),
                  store.sample(
                      settings.images(),
                      extractor,
                      scoring(progress, ReferenceStore.sampleCount(settings.images())))));
    }
    return meter.get();
  }

  /** Tells a trial's progress of images whose features are computed. */
  private static LongConsumer scoring(TrialProgress progress, long total) {
    long start = System.nanoTime();
    return done -> {
      requireGoingOn(progress);
      double perSecond = done / ((System.nanoTime() - start) / 1e9);
      progress.report(Phase.SCORING, done, total, OptionalDouble.empty(), perSecond);
    };
  }

  /** Returns how many images the grid of samples has. */
  static int gridImages(ImageShape shape) {
    return GRID_ROWS * (shape.classes() == 0 ? GRID_COLUMNS : shape.classes());
  }

  private static void writeSamples(Path directory, ImageBatch samples) {
    try {
      int columns = samples.count() / GRID_ROWS;
      Files.write(directory.resolve(CampaignDirectory.SAMPLES), ImageGrid.png(samples, columns));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write samples to " + directory, e);
    }
  }

  private Measurement measurement(
      TrialRequest request, TrainedCandidate candidate, Evaluation evaluation) {
    double loss = candidate.losses().get(candidate.losses().size() - 1).loss();
    List<Quantity> others = new ArrayList<>();
    if (evaluation.score().hasDeviation()) {
      double deviation = evaluation.score().standardDeviation();
      others.add(new Quantity(Quantity.SCORE_DEVIATION, deviation, ""));
    }
    evaluation
        .distances()
        .forEach(
            (distance, estimate) -> {
              if (distance != evaluation.objective()) {
                others.add(new Quantity(distance.label(), estimate.value(), ""));
              }
            });
    others.add(new Quantity("density", evaluation.densityCoverage().density(), ""));
    others.add(new Quantity("coverage", evaluation.densityCoverage().coverage(), ""));
    others.addAll(
        List.of(
            new Quantity(Quantity.TRAINED_IMAGES, candidate.images(), "images"),
            new Quantity(
                Quantity.TRAINING_FLOPS,
                TrainingRecipe.spent(request.cost(), candidate.images()).doubleValue(),
                "multiply-adds"),
            new Quantity(Quantity.TRAINING_LOSS, loss, ""),
            new Quantity(Quantity.TRAINING_SECONDS, candidate.seconds(), "s"),
            new Quantity(
                Quantity.IMAGES_PER_SECOND,
                candidate.images() / Math.max(candidate.seconds(), 1e-3),
                "images/s"),
            new Quantity(Quantity.EVALUATION_SECONDS, evaluation.effort().seconds(), "s")));
    if (settings.config().search().second().equals(Optional.of(Expense.LATENCY))) {
      double latency = settings.space().latency(request.architecture());
      others.add(new Quantity(Quantity.LATENCY, latency, Expense.LATENCY.unit()));
    }
    return new Measurement(
        new Quantity(evaluation.protocol().label(), evaluation.score().value(), ""),
        others,
        new Protocol(evaluation.protocol().text(), evaluation.protocol().digest()));
  }

  @Override
  public void close() {
    extractor.close();
  }
}
