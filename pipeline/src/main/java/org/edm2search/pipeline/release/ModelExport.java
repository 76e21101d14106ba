package org.edm2search.pipeline.release;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.edm2search.data.ImageBatch;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.Evaluator;
import org.edm2search.eval.ImageGrid;
import org.edm2search.eval.ImageShape;
import org.edm2search.model.checkpoint.BundleFile;
import org.edm2search.model.checkpoint.HubLicenses;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.model.checkpoint.ModelCard;
import org.edm2search.model.checkpoint.SamplerConfig;
import org.edm2search.model.checkpoint.WeightedNetwork;
import org.edm2search.pipeline.trial.ImageSource;
import org.edm2search.pipeline.trial.TrainedModel;
import org.edm2search.space.architecture.ArchitectureSpec;

/**
 * A model that is to be exported: what all writers of a bundle's files work from.
 *
 * @param name of the model
 * @param origin where it comes from
 * @param model the trained network
 * @param protocol how images are drawn: averaged weights, sampler, guidance
 * @param metrics JSON values by key; {@code score} is what it was selected by
 * @param warnings what whoever uses it must know, a sentence each
 * @param options what was asked for
 */
public record ModelExport(
    String name,
    ModelOrigin origin,
    TrainedModel model,
    EvaluationProtocol protocol,
    Map<String, Object> metrics,
    List<String> warnings,
    Options options) {

  private static final int GRID_ROWS = 6;
  private static final int GRID_COLUMNS = 10;

  public ModelExport {
    Objects.requireNonNull(name, "name");
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    warnings = List.copyOf(warnings);
  }

  /**
   * What is asked of an export.
   *
   * @param half whether weights are written in half precision
   * @param license identifier of the license that the card names
   */
  public record Options(boolean half, Optional<String> license) {

    /** Float32 weights, the license left open. */
    public static final Options DEFAULT = new Options(false, Optional.empty());

    public Options {
      license.ifPresent(HubLicenses::require);
    }
  }

  /** Writes further files of a bundle, such as the network in another format. */
  @FunctionalInterface
  public interface Writer {
    /**
     * Returns the files for a model.
     *
     * @param bundle the model with its averaged weights, guide and sampler
     */
    List<BundleFile> files(ModelExport export, ModelBundle bundle);
  }

  /**
   * Writes the bundle, all or nothing.
   *
   * @param directory to write; an older bundle there is replaced
   * @param writers of files besides those of every bundle
   * @throws org.edm2search.space.base.Edm2SearchException if that fails, or the protocol asks for a
   *     guide that there is not
   */
  public void write(Path directory, List<Writer> writers) {
    ModelBundle bundle = bundle();
    ModelCard card =
        new ModelCard(name, origin.dataset(), options.license(), origin.training(), warnings);
    bundle.write(
        directory,
        samples(bundle),
        files -> card.of(bundle, files),
        writers.stream().flatMap(writer -> writer.files(this, bundle).stream()).toList());
  }

  private ModelBundle bundle() {
    WeightedNetwork main = model.weights(protocol);
    Optional<WeightedNetwork> guide = model.guide(protocol);
    Map<String, Object> numbers = new LinkedHashMap<>(metrics);
    if (options.half()) {
      WeightedNetwork full = main;
      main = main.inHalfPrecision();
      guide = guide.map(WeightedNetwork::inHalfPrecision);
      numbers.put("half_precision", RoundingError.of(full, main).toJson());
    }
    return new ModelBundle(
        main,
        guide,
        new SamplerConfig(protocol.sampling(), model.labelDropout(), origin.classes()),
        numbers);
  }

  /** Draws what {@code sample} draws from the bundle. */
  private static byte[] samples(ModelBundle bundle) {
    ArchitectureSpec spec = bundle.model().architecture();
    ImageShape shape = new ImageShape(spec.imgChannels(), spec.imgResolution(), spec.labelDim());
    EvaluationProtocol protocol = EvaluationProtocol.drawing(bundle.sampler().sampling(), 0);
    try (ImageSource draw = ImageSource.of(bundle, protocol)) {
      ImageBatch images =
          new Evaluator(protocol, shape).grid(draw.denoiser(), GRID_ROWS, GRID_COLUMNS);
      return ImageGrid.png(images, images.count() / GRID_ROWS);
    }
  }
}
