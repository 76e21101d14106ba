package org.edm2search.cli.trial;

import java.util.Comparator;
import java.util.Optional;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.sampling.Autoguidance;
import org.edm2search.model.Denoiser;
import org.edm2search.model.Network;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.model.checkpoint.ModelBundle.WeightedNetwork;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.train.TrainedCandidate;

/**
 * A network that images are drawn from, with its guide. Owns native memory; close it.
 *
 * @param main the network
 * @param guide of autoguidance
 * @param weight of autoguidance, 1 without a guide
 */
public record Draw(Network main, Optional<Network> guide, double weight) implements AutoCloseable {

  /** Returns a trained network with the averaged weights that a protocol asks for. */
  public static Draw of(TrainedCandidate candidate, EvaluationProtocol protocol) {
    Network main = candidate.network(protocol.ema());
    return new Draw(
        main,
        protocol.guidance().active()
            ? Optional.of(candidate.network(protocol.ema(), guideImages(candidate, protocol)))
            : Optional.empty(),
        protocol.guidance().weight());
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
   * Returns after how many images the network is its own guide: the stored snapshot nearest to the
   * protocol's share of the training.
   */
  public static long guideImages(TrainedCandidate candidate, EvaluationProtocol protocol) {
    double wanted = protocol.guidance().snapshot() * candidate.images();
    return candidate.snapshots().stream()
        .min(Comparator.comparingDouble(at -> Math.abs(at - wanted)))
        .orElse(candidate.images());
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
