package org.edm2search.pipeline.trial;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.sampling.GuidedDenoiser;
import org.edm2search.model.Denoiser;
import org.edm2search.model.Network;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.WeightedNetwork;
import org.edm2search.model.sampling.Guidance;
import org.edm2search.model.sampling.Guidance.Guide;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.train.TrainedCandidate;

/**
 * A network that images are drawn from, with its guide. Owns native memory; close it.
 *
 * @param main the network
 * @param guide the other network of autoguidance
 * @param denoiser the network, guided if it is to be
 */
public record ImageSource(Network main, Optional<Network> guide, Denoiser denoiser)
    implements AutoCloseable {

  private static ImageSource of(
      WeightedNetwork model, Optional<WeightedNetwork> worse, Guidance guidance) {
    if (guidance instanceof Guidance.ClassifierFree && model.architecture().labelDim() == 0) {
      throw new Edm2SearchException(
          "classifier-free guidance needs a network that is told the class, but this has none");
    }
    Network main = network(model);
    Optional<Network> guide = worse.map(ImageSource::network);
    Denoiser denoiser = main;
    if (guide.isPresent()) {
      denoiser = new GuidedDenoiser(main, guide.get(), guidance.weight(), guidance.interval());
    } else if (guidance.active()) {
      denoiser = GuidedDenoiser.classifierFree(main, guidance.weight(), guidance.interval());
    }
    return new ImageSource(main, guide, denoiser);
  }

  /**
   * Returns a trained network with the weights that a protocol asks for.
   *
   * @throws Edm2SearchException if the guide draws other images than the network, or there is none,
   *     or is the network without a class and there are no classes
   */
  public static ImageSource of(TrainedModel model, EvaluationProtocol protocol) {
    return of(model.weights(protocol), model.guide(protocol), protocol.guidance());
  }

  /** Returns the network of a checkpoint, in the same way. */
  public static ImageSource of(TrainedCandidate candidate, EvaluationProtocol protocol) {
    return of(new TrainedModel.Averaged(candidate), protocol);
  }

  /** Returns the exported network of a bundle, in the same way. */
  public static ImageSource of(ModelBundle bundle, EvaluationProtocol protocol) {
    return of(TrainedModel.of(bundle), protocol);
  }

  private static Network network(WeightedNetwork weighted) {
    return Network.of(weighted.architecture(), Tensor.toArrays(weighted.tensors()));
  }

  /**
   * Returns the other network that a protocol asks for as guide, with averaged weights.
   *
   * @throws Edm2SearchException if it draws other images than the network
   */
  public static Optional<WeightedNetwork> guide(
      TrainedCandidate candidate, EvaluationProtocol protocol) {
    if (!(protocol.guidance() instanceof Guidance.Autoguidance autoguidance)) {
      return Optional.empty();
    }
    if (autoguidance.guide() instanceof Guide.CheckpointFile other) {
      return Optional.of(guide(other, candidate.architecture(), protocol));
    }
    if (autoguidance.guide() instanceof Guide.Snapshot snapshot) {
      long at = nearestSnapshot(candidate, snapshot.share());
      return Optional.of(averaged(candidate, protocol, at));
    }
    throw new Edm2SearchException("a checkpoint has no exported guide; name a snapshot or a file");
  }

  static WeightedNetwork guide(
      Guide.CheckpointFile other, ArchitectureSpec main, EvaluationProtocol protocol) {
    TrainedCandidate guide = TrainedCandidate.ofCheckpoint(other.file());
    requireFit(other.file(), guide.architecture(), main);
    return averaged(guide, protocol, guide.images());
  }

  private static long nearestSnapshot(TrainedCandidate candidate, double share) {
    double wanted = share * candidate.images();
    return candidate.snapshots().stream()
        .min(Comparator.comparingDouble(at -> Math.abs(at - wanted)))
        .orElse(candidate.images());
  }

  /** Returns a network with averaged weights after some of its training. */
  public static WeightedNetwork averaged(
      TrainedCandidate candidate, EvaluationProtocol protocol, long images) {
    return new WeightedNetwork(
        candidate.architecture(),
        candidate.checkpoint().weightsWith(candidate.average(protocol.ema(), images)));
  }

  /** Checks that a guide takes and draws the images of a network. */
  static void requireFit(Path file, ArchitectureSpec guide, ArchitectureSpec main) {
    boolean fits =
        guide.imgResolution() == main.imgResolution()
            && guide.imgChannels() == main.imgChannels()
            && (guide.labelDim() == 0 || guide.labelDim() == main.labelDim());
    if (!fits) {
      throw new Edm2SearchException(
          "%s: the guide draws %d×%d×%d images of %d classes, but the network %d×%d×%d of %d"
              .formatted(
                  file,
                  guide.imgResolution(),
                  guide.imgResolution(),
                  guide.imgChannels(),
                  guide.labelDim(),
                  main.imgResolution(),
                  main.imgResolution(),
                  main.imgChannels(),
                  main.labelDim()));
    }
  }

  @Override
  public void close() {
    main.close();
    guide.ifPresent(Network::close);
  }
}
