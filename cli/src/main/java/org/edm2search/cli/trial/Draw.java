package org.edm2search.cli.trial;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.EvaluationProtocol.Guide;
import org.edm2search.eval.sampling.Autoguidance;
import org.edm2search.model.Denoiser;
import org.edm2search.model.Network;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.model.checkpoint.ModelBundle.WeightedNetwork;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.space.Edm2SearchException;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.train.TrainedCandidate;

/**
 * A network that images are drawn from, with its guide. Owns native memory; close it.
 *
 * @param main the network
 * @param guide of autoguidance
 * @param weight of autoguidance, 1 without a guide
 */
public record Draw(Network main, Optional<Network> guide, double weight) implements AutoCloseable {

  /**
   * Returns a trained network with the averaged weights that a protocol asks for.
   *
   * @throws Edm2SearchException if the guide draws other images than the network
   */
  public static Draw of(TrainedCandidate candidate, EvaluationProtocol protocol) {
    Optional<WeightedNetwork> guide = guide(candidate, protocol);
    return new Draw(
        candidate.network(protocol.ema()), guide.map(Draw::network), protocol.guidance().weight());
  }

  /** Returns the exported network of a bundle. */
  public static Draw of(ModelBundle bundle) {
    return new Draw(
        network(bundle.model()),
        bundle.guide().map(Draw::network),
        bundle.sampler().guidanceWeight());
  }

  private static Network network(WeightedNetwork weighted) {
    return Network.of(weighted.architecture(), Tensor.toArrays(weighted.tensors()));
  }

  /**
   * Returns the guide that a protocol asks for, with averaged weights.
   *
   * @throws Edm2SearchException if it draws other images than the network
   */
  public static Optional<WeightedNetwork> guide(
      TrainedCandidate candidate, EvaluationProtocol protocol) {
    if (!protocol.guidance().active()) {
      return Optional.empty();
    }
    if (protocol.guidance().guide() instanceof Guide.CheckpointFile other) {
      TrainedCandidate guide = TrainedCandidate.ofCheckpoint(other.file());
      requireFit(other.file(), guide.architecture(), candidate.architecture());
      return Optional.of(averaged(guide, protocol, guide.images()));
    }
    double share = ((Guide.Snapshot) protocol.guidance().guide()).share();
    return Optional.of(averaged(candidate, protocol, nearestSnapshot(candidate, share)));
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

  /** Returns the network, guided if there is a guide. */
  public Denoiser denoiser() {
    return guide.<Denoiser>map(worse -> new Autoguidance(main, worse, weight)).orElse(main);
  }

  @Override
  public void close() {
    main.close();
    guide.ifPresent(Network::close);
  }
}
