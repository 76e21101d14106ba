package org.edm2search.pipeline.trial;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.model.checkpoint.Checkpoint;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.model.checkpoint.WeightedNetwork;
import org.edm2search.model.sampling.Guidance;
import org.edm2search.model.sampling.Guidance.Guide;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.train.TrainedCandidate;

/** A trained network on disk, whatever the file: what images can be drawn from. */
public sealed interface TrainedModel {

  /** File name of a checkpoint in a directory that was trained in. */
  String CHECKPOINT = "checkpoint.safetensors";

  /** A checkpoint of training, with averages of any length. */
  record Averaged(TrainedCandidate candidate) implements TrainedModel {

    @Override
    public ArchitectureSpec architecture() {
      return candidate.architecture();
    }

    @Override
    public double labelDropout() {
      return candidate.labelDropout();
    }

    @Override
    public WeightedNetwork weights(EvaluationProtocol protocol) {
      return ImageSource.averaged(candidate, protocol, candidate.images());
    }

    @Override
    public Optional<WeightedNetwork> guide(EvaluationProtocol protocol) {
      return ImageSource.guide(candidate, protocol);
    }
  }

  /** Weights alone, such as those of a bundle or of EDM2's own code: averaged once and for all. */
  record Fixed(
      WeightedNetwork network, Optional<WeightedNetwork> exportedGuide, double labelDropout)
      implements TrainedModel {

    @Override
    public ArchitectureSpec architecture() {
      return network.architecture();
    }

    @Override
    public WeightedNetwork weights(EvaluationProtocol protocol) {
      return network;
    }

    @Override
    public Optional<WeightedNetwork> guide(EvaluationProtocol protocol) {
      if (!(protocol.guidance() instanceof Guidance.Autoguidance autoguidance)) {
        return Optional.empty();
      }
      if (autoguidance.guide() instanceof Guide.CheckpointFile other) {
        return Optional.of(ImageSource.guide(other, architecture(), protocol));
      }
      if (autoguidance.guide() instanceof Guide.Exported && exportedGuide.isPresent()) {
        return exportedGuide;
      }
      throw new Edm2SearchException(
          "the bundle has not %s; name a checkpoint".formatted(autoguidance.guide()));
    }
  }

  /** Returns the network. */
  ArchitectureSpec architecture();

  /** Returns the share of training images whose class was not told; 0 if that is not known. */
  double labelDropout();

  /** Returns the weights that a protocol asks for. */
  WeightedNetwork weights(EvaluationProtocol protocol);

  /**
   * Returns the other network that a protocol asks for as guide.
   *
   * @throws Edm2SearchException if there is none, or it draws other images
   */
  Optional<WeightedNetwork> guide(EvaluationProtocol protocol);

  /** Returns the exported network of a bundle. */
  static TrainedModel of(ModelBundle bundle) {
    return new Fixed(bundle.model(), bundle.guide(), bundle.sampler().labelDropout());
  }

  /**
   * Reads a checkpoint, a directory that was trained in, a bundle, a safetensors file of weights or
   * a state dict that PyTorch wrote.
   *
   * @param given the architecture, for weights that do not tell it
   * @param warning told if the checkpoint before a damaged one is taken
   * @throws Edm2SearchException if it is damaged or none of these
   */
  static TrainedModel read(Path path, Optional<ArchitectureSpec> given, Consumer<String> warning) {
    if (ModelBundle.isBundle(path)) {
      return of(ModelBundle.read(path));
    }
    if (Files.isDirectory(path)) {
      return new Averaged(TrainedCandidate.orPrevious(path.resolve(CHECKPOINT), warning));
    }
    if (given.isEmpty() && isCheckpoint(path)) {
      return new Averaged(TrainedCandidate.orPrevious(path, warning));
    }
    return new Fixed(WeightedNetwork.read(path, given), Optional.empty(), 0);
  }

  private static boolean isCheckpoint(Path file) {
    try {
      return Checkpoint.isCheckpoint(file);
    } catch (Edm2SearchException e) {
      // Another format, or so damaged that only the one before it can be read.
      return Files.exists(Checkpoint.previousOf(file));
    }
  }
}
